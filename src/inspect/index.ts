export type { CallLog, LogChange, LoggedCrossing, LoggedEvent, LoggedStep, LogItem } from './log-item.ts'
