export * from '../inspect/timeline.ts'
