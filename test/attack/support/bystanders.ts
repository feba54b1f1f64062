import { expect } from 'vitest'
import { expectOnlyMessage, type TestClient } from '../../relay/support/relay-fixture.ts'

/** Expects that two clients reach each other, and have never had a message from anybody else. */
export async function expectUndisturbed(one: TestClient, other: TestClient): Promise<void> {
  await expectOnlyMessage(one, other, other.messages)
  await expectOnlyMessage(other, one, one.messages)
  const users = [one, other].map(({ self }) => self.user)
  for (const { messages } of [one, other])
    expect(messages.every(({ from }) => users.includes(from.user))).toBe(true)
}
