import type { CallEvent, IncomingMessage, OutgoingMessage, Party } from 'rxcall'
import { merge } from 'rxjs'
import { assert, expect, onTestFinished, vi } from 'vitest'
import { createParticipant, type Participant } from '../../integration/support/call-test.ts'
import { until } from '../../integration/support/until.ts'
import { invite, type TestClient } from '../../relay/support/relay-fixture.ts'
import { tokenFor, type Issuer } from './tokens.ts'

/** Milliseconds after which an invite that nobody answered is sent again. */
const AGAIN_MS = 1000

/** How long something may take that an idle machine does at once, in milliseconds. */
export const PATIENCE = 30_000

const SOUND = { audio: true, video: false }

/** A whole client, with real WebRTC, and who it is. */
export interface Caller extends Participant {
  readonly self: Party
}

/** Brings a client with a token online. It is closed when the test ends. */
export async function join(
  url: string,
  issuer: Issuer,
  self: Party,
  peer: 'simple-peer' | 'native',
): Promise<Caller> {
  const token = () => tokenFor(issuer, self.user)
  const participant = createParticipant(url, self.user, { peer, signaling: { token, party: self.party } })
  const { client, name } = participant
  onTestFinished(() => client.close())
  await until(client.connection$, ({ status }) => status === 'online', `connection of ${name}`, PATIENCE)
  return { ...participant, self }
}

const isDataOpen = (event: CallEvent) => event.type === 'peer' && event.event.type === 'data-open'

/** Makes one client call the other, without video. Resolves with the id of the call once they can also write to each other. */
export async function call(caller: Caller, callee: Caller): Promise<string> {
  const open = [caller, callee].map(({ client, name }) =>
    until(client.event$, isDataOpen, `data channel of ${name}`, PATIENCE),
  )
  caller.client.call(callee.name, { media: SOUND })
  await callee.phase('ringing')
  callee.client.accept({ media: SOUND })
  const [{ callId }] = await Promise.all([caller.phase('connected'), callee.phase('connected'), ...open])
  return callId
}

/**
 * Makes one side turn its camera on, hold the call, and undo both. Each change reaches the other side over the data channel. Only the
 * `first` time needs an offer and an answer through the relay: the camera's media section exists from then on.
 */
export async function change(near: Caller, far: Caller, first: boolean): Promise<void> {
  const told = (video: 'camera' | 'off', held: boolean) =>
    until(
      far.client.remoteMedia$,
      (media) => media?.video === video && media.held === held,
      `word of ${near.name}'s camera (${video}${held ? ', held' : ''}) at ${far.name}`,
      PATIENCE,
    )
  const answered = first
    ? until(
        merge(near.client.event$, far.client.event$),
        (event) =>
          event.type === 'received' && event.message.type === 'answer' && isOf(event.message, near, far),
        `answer after ${near.name} turned the camera on`,
        PATIENCE,
      )
    : undefined
  near.client.media({ video: true })
  await Promise.all([told('camera', false), answered])
  near.client.hold(true)
  await told('camera', true)
  near.client.hold(false)
  near.client.media({ video: false })
  await told('off', false)
}

/** Makes `third` call somebody who is in a call, and waits until the relay delivers `busy`. Resolves with what `third` sent. */
export async function callInVain(third: TestClient, { self }: Caller): Promise<Said> {
  const { seq: _, ...message } = invite(self.user, self.party)
  const isTold = () =>
    third.messages.some(
      ({ callId, from, type }) => callId === message.callId && from.user === self.user && type === 'busy',
    )
  const told = (within: number) => vi.waitFor(() => assert(isTold()), { timeout: within, interval: 20 })
  for (const end = performance.now() + PATIENCE; performance.now() < end && !isTold();) {
    expect(await third.send(message)).toEqual({ ok: true })
    await told(AGAIN_MS).catch(() => undefined)
  }
  assert(isTold(), `${self.user} is busy, and has to say so`)
  return { from: third.self, message }
}

const isOf = ({ from }: IncomingMessage, ...sides: readonly Caller[]) =>
  sides.some(({ self }) => self.user === from.user && self.party === from.party)

/** Events that happen only if something is wrong with the call. */
export function interruptions(events: readonly CallEvent[]): readonly CallEvent[] {
  const wrong: readonly CallEvent['type'][] = ['interrupted', 'ended', 'error']
  return events.filter(
    (event) => wrong.includes(event.type) || (event.type === 'command' && event.command.type === 'replace'),
  )
}

/** A message, and who has sent it. */
export interface Said {
  readonly from: Party
  readonly message: OutgoingMessage
}

/** What a client has sent to the relay, in order. */
export const saidBy = ({ sent, self }: Caller): readonly Said[] =>
  sent.map((message) => ({ from: self, message }))

/** What the relay has brought it, in order. */
export const broughtTo = ({ brought }: Caller): readonly IncomingMessage[] => brought
