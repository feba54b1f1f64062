import { Subject, VirtualTimeScheduler, type Subscription } from 'rxjs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createRelay } from '../../server/index.ts'
import { socketIoSignaling } from '../../src/adapters/socket-io-signaling.ts'
import type { OutgoingMessage, SignalingEvent, SignalingPort } from '../../src/core/index.ts'
import { virtualId, virtualRelay } from '../../src/testing/index.ts'

// The relay of the test kit is held against the real one: the same script leads to the same events on both.

const callId = virtualId(7)
const parties = { alice: virtualId(0xa), bob: virtualId(0xb) }
type User = keyof typeof parties

const message = (to: OutgoingMessage['to'], rest: object): OutgoingMessage =>
  ({ v: 1, callId, to, ...rest }) as OutgoingMessage
const invite = (to: OutgoingMessage['to']) =>
  message(to, { type: 'invite', body: { media: { audio: true, video: true } }, ttlMs: 60_000 })

type Step =
  | { readonly user: User; readonly does: 'connects' | 'leaves' }
  | { readonly user: User; readonly sends: OutgoingMessage }

const script: readonly Step[] = [
  { user: 'alice', does: 'connects' },
  { user: 'bob', does: 'connects' },
  { user: 'alice', sends: invite({ user: 'bob' }) },
  { user: 'bob', sends: message({ user: 'alice', party: parties.alice }, { type: 'ringing', body: {} }) },
  { user: 'bob', sends: message({ user: 'alice', party: virtualId(9) }, { type: 'decline', body: {} }) },
  { user: 'alice', sends: invite({ user: 'nobody' }) },
  { user: 'alice', sends: invite({ user: 'alice' }) },
  { user: 'alice', sends: message({ user: 'bob' }, { type: 'offer', body: { sdp: 'x'.repeat(70_000) } }) },
  { user: 'bob', does: 'leaves' },
  { user: 'alice', sends: invite({ user: 'bob' }) },
]

/** Two clients on a relay, what they saw, and a way to have them act. */
function clientsOn(portOf: (user: User) => SignalingPort) {
  const seen: Record<User, string[]> = { alice: [], bob: [] }
  const outgoing = { alice: new Subject<OutgoingMessage>(), bob: new Subject<OutgoingMessage>() }
  const connections: Partial<Record<User, Subscription>> = {}
  const act = (step: Step) => {
    if ('sends' in step) outgoing[step.user].next(step.sends)
    else if (step.does === 'leaves') connections[step.user]?.unsubscribe()
    else
      connections[step.user] = portOf(step.user)
        .connect(outgoing[step.user])
        .subscribe((event) => seen[step.user].push(tell(event)))
  }
  const leave = () => Object.values(connections).forEach((connection) => connection.unsubscribe())
  return { seen, act, leave }
}

function tell(event: SignalingEvent): string {
  switch (event.type) {
    case 'connecting':
      return 'connecting'
    case 'online':
      return `online as ${event.self.user} ${event.self.party}`
    case 'roster':
      return `roster ${event.users.join(' ')}`
    case 'refused':
      return `refused ${event.message.type}: ${event.error.code}`
    case 'message':
      return `message ${JSON.stringify(event.message, ['type', 'from', 'user', 'party', 'to', 'callId', 'ttlMs'])}`
  }
}

/** What each user has seen after each step, in virtual time. */
function virtually() {
  const scheduler = new VirtualTimeScheduler()
  const relay = virtualRelay({ scheduler, id: () => '' })
  const { seen, act } = clientsOn((user) => relay.port({ user, party: parties[user] }))
  return script.map((step) => {
    act(step)
    scheduler.flush()
    return structuredClone(seen)
  })
}

it('the virtual relay and the real one send the same events', async () => {
  const relay = createRelay({ port: 0 })
  const { url } = await relay.listen()
  const { seen, act, leave } = clientsOn((name) =>
    socketIoSignaling({ url, name, party: parties[name], outsideBrowser: true }),
  )
  onTestFinished(async () => {
    leave()
    await relay.close()
  })
  for (const [index, expected] of virtually().entries()) {
    act(script[index] as Step)
    await vi.waitFor(() => expect(seen, `after step ${index}`).toEqual(expected), 5_000)
  }
})
