import { defineInspector } from './inspector-element.ts'

export { defineInspector, type RxcallInspector } from './inspector-element.ts'
export { newLogName, shareLog, watchedLog, type WatchedLog } from './shared-log.ts'
export { lanes, type Arrow, type Lane, type Marble, type Timeline } from './timeline.ts'
export { timelineOf } from './timeline-of.ts'

defineInspector()
