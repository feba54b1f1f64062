export { inspect, latestInspection$, type Inspection, type InspectOptions } from './inspect.ts'
export { logged } from './logged.ts'
export { withoutNames } from './without-names.ts'
export type { CallLog, LogChange, LoggedCrossing, LoggedEvent, LoggedStep, LogItem } from './log-item.ts'
