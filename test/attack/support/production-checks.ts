import type { IncomingMessage, OutgoingMessage, Party } from 'rxcall'
import { expect } from 'vitest'
import { connect, randomId } from '../../relay/support/relay-fixture.ts'
import { refusals, replay } from './identity-attacks.ts'
import type { Ledger } from './ledger.ts'
import { foreignPages } from './socket-attacks.ts'
import type { Target } from './target.ts'
import { saidBy, type Caller, type Said } from './tested-call.ts'
import { badTokens, type Issuer } from './tokens.ts'

/** Checks that pages of other origins are refused, and one of `own` is not. */
export async function expectForeignPagesRefused(target: Target, own: string): Promise<void> {
  for (const [origin, [socket, poll]] of await foreignPages(target, ['http://127.0.0.1:1'])) {
    expect(socket, origin).toSatisfy((status: number) => status >= 400 && status < 500)
    expect(poll, origin).toBe(403)
  }
  const headers = { origin: own }
  expect((await fetch(`${target.url}/socket.io/?EIO=4&transport=polling`, { headers })).status).toBe(200)
}

/** Checks that nobody becomes `owner` without its token, or replaces its device by that device's id. */
export async function expectNameKept(issuer: Issuer, { url, claim }: Target, owner: Party): Promise<void> {
  const { user: name, party } = owner
  const tokens = await badTokens(issuer, name, 'eve')
  const claims = tokens.map(([token]) => ({
    name,
    party,
    secret: randomId(),
    ...(token !== undefined && { token }),
  }))
  for (let round = 0; round < 5; round += 1)
    expect(await refusals(url, claims)).toEqual(
      tokens.map(([, code]) => expect.objectContaining({ code }) as unknown),
    )
  const eve = await connect(url, 'eve', { ...(await claim('eve')), party })
  expect(eve.seen).toContainEqual(['welcome', { user: 'eve', party }])
  eve.socket.disconnect()
}

const FAREWELLS = [
  { type: 'hang-up', body: { reason: 'hung-up' } },
  { type: 'cancel', body: { reason: 'cancelled' } },
  { type: 'gone', body: {} },
] as const

/**
 * Replays the messages of both sides of a call as somebody else, end messages included. With another sender's stamp the
 * relay refuses them. Without it they pass, stamped with the real sender.
 */
export async function expectReplaysStamped(
  { url, claim }: Target,
  callId: string,
  sides: readonly Caller[],
  ledger: Ledger,
): Promise<void> {
  const thief = await connect(url, 'trudy', await claim('trudy'))
  const caught = sides.flatMap((side) => {
    const isOfCall = ({ message }: Said) => sides.some(({ name }) => name === message.to.user)
    return saidBy(side).filter(isOfCall).slice(0, 40)
  })
  for (const { from, message } of caught) {
    const [stamped, plain] = await replay(thief, { ...message, from, ageMs: 0 })
    expect(stamped, JSON.stringify(message)).toMatchObject({ code: 'invalid-message' })
    expect(plain, JSON.stringify(message)).toEqual({ ok: true })
  }
  const farewells = sides.flatMap(({ self: to }) =>
    FAREWELLS.map((farewell): OutgoingMessage => ({ v: 1, callId, to, ...farewell })),
  )
  for (const message of farewells) expect(await thief.send(message)).toEqual({ ok: true })
  for (const message of [...caught.map((said) => said.message), ...farewells])
    ledger.note(thief.self, message)
  thief.socket.disconnect()
}

/** Checks that everything a user got was addressed to them, and stamped with its sender. */
export function expectOnlyAddressed(self: Party, messages: readonly IncomingMessage[], ledger: Ledger): void {
  const wrong = messages.filter(({ from, ageMs: _, ...message }) => {
    const isFor = message.to.user === self.user && (message.to.party ?? self.party) === self.party
    return !isFor || !ledger.has(from, message)
  })
  expect(wrong, `what ${self.user} should not have got`).toEqual([])
}
