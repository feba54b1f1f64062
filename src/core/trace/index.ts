export { record, type RecordOptions } from './record.ts'
export { recorder, type Recorder } from './recorder.ts'
export {
  TRACE_VERSION,
  type Traced,
  type TracedEnd,
  type TracedError,
  type TracedMemory,
  type TracedOpaque,
  type TracedState,
  type TracedStream,
  type TracedThrown,
  type TracedTrack,
  type TraceEntry,
  type TraceInput,
  type TraceOutput,
} from './entry.ts'
