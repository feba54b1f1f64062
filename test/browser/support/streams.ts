import { traceIn, type Inspection } from 'rxcall/inspect'
import type { TraceEntry } from 'rxcall/trace'
import type { User } from './browser-test.ts'

/** Opens the streams of a user, and waits for the inspector. */
export async function openStreams(user: User): Promise<void> {
  await user.press('Streams')
  await user.page.locator('rxcall-inspector').waitFor()
}

export const closeStreams = (user: User): Promise<void> => user.press('Close streams')

/** What the page has kept of the present or last call, as a trace. */
export async function traceOf(user: User): Promise<readonly TraceEntry[]> {
  await openStreams(user)
  const log = await user.page
    .locator('rxcall-inspector')
    .evaluate((element) => (element as HTMLElement & { readonly inspection: Inspection }).inspection.log())
  await closeStreams(user)
  return traceIn(log)
}

/** Every phase that the client was in, in order. */
export const phasesOf = (trace: readonly TraceEntry[]): string[] =>
  trace.flatMap((entry) => (entry.type === 'state' && entry.state.call ? [entry.state.call.phase] : []))
