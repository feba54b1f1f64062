import { expect } from 'vitest'
import type { User } from './browser-test.ts'
import { hears, nothingLeft, sees } from './steps.ts'

/** Alice calls bob, both with an example open. Resolves once they see and hear each other, and she has read a text. */
export async function callInExample(alice: User, bob: User): Promise<void> {
  await alice.press('Call bob')
  await bob.status('ringing alice')
  await bob.press('Accept')
  await Promise.all([alice.status('connected bob'), bob.status('connected alice')])
  await Promise.all([sees(alice), sees(bob), hears(alice), hears(bob)])

  await bob.page.getByRole('textbox', { name: 'Message' }).fill('hello from an example')
  await bob.press('Send')
  await alice.page.getByText('remote: hello from an example').waitFor()
}

/** Alice hangs up. Resolves once neither page holds anything of the call, and bob could call her. */
export async function hangUpInExample(alice: User, bob: User): Promise<void> {
  await alice.press('Hang up')
  await bob.status('ended alice')
  await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  await bob.button('Call alice').waitFor()
  expect(await bob.page.getByRole('alert').innerText()).toBe('')
}
