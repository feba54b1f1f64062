import { text } from 'node:stream/consumers'
import { parseTrace } from 'rxcall/testing'
import { expect } from 'vitest'
import type { User } from './browser-test.ts'

/** Turns recording on, and waits until it has begun. */
export async function record({ page }: User): Promise<void> {
  await page.getByRole('switch', { name: 'Record calls' }).check()
  await page
    .getByText('Your next calls are recorded')
    .or(page.getByText('Your calls were recorded'))
    .waitFor()
}

/** What was recorded up to now, as the user downloads it. */
export async function saved(user: User): Promise<string> {
  const downloaded = user.page.waitForEvent('download')
  await user.press('Download recording')
  const download = await downloaded
  expect(download.suggestedFilename()).toMatch(/^rxcall-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.jsonl$/)
  // The browser may be that of another process, so there is no path.
  return text(await download.createReadStream())
}

/** Every phase that the recorded client was in, in order. */
export const phasesOf = (trace: string): string[] =>
  parseTrace(trace).flatMap((entry) =>
    entry.type === 'state' && entry.state.call ? [entry.state.call.phase] : [],
  )
