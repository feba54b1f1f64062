export { lanes, type Arrow, type Lane, type Marble, type Timeline } from './timeline.ts'
export { timelineOf } from './timeline-of.ts'
