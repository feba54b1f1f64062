import { createCallClient, systemEnv, type CallClient, type CallClientOptions } from '../core/index.ts'
import { fakeMedia, type FakeMedia } from './fake-media.ts'
import { virtualId } from './marbles.ts'
import { virtualPeers, type VirtualPeers } from './virtual-peers.ts'
import { virtualRelay, type VirtualRelay } from './virtual-relay.ts'

/** Two clients for the test of a component. */
export interface FakeCall {
  readonly alice: CallClient
  readonly bob: CallClient
  /** The network between them, to cut it. */
  readonly relay: VirtualRelay
  /** The paths between them, to cut or shape those to `alice` or `bob`. */
  readonly peers: VirtualPeers
  /** The fake devices of each client. */
  readonly media: { readonly alice: FakeMedia; readonly bob: FakeMedia }
  /** Closes both. */
  close(): void
}

/**
 * Creates two clients that can call each other without a relay, WebRTC or a camera. Give one to the component, and
 * drive the other one in the test. They use the global timers, so turn on your test framework's fake timers. Both are
 * online 10 ms later, and an accepted call is connected within 100 ms.
 *
 * @example
 * vi.useFakeTimers()
 * const { alice, bob } = fakeCall()
 * render(<CallProvider create={() => alice}><Call /></CallProvider>)
 * await vi.advanceTimersByTimeAsync(20)
 * bob.call('alice')
 * await vi.advanceTimersByTimeAsync(100)
 * screen.getByText('Accept').click()
 */
export function fakeCall(
  options: Pick<CallClientOptions, 'settings' | 'timings' | 'callers'> = {},
): FakeCall {
  let ids = 0
  const env = { ...systemEnv, id: () => virtualId(++ids) }
  const relay = virtualRelay(env)
  const peers = virtualPeers(env)
  const media = { alice: fakeMedia('alice', env), bob: fakeMedia('bob', env) }
  const client = (user: 'alice' | 'bob', party: number) =>
    createCallClient({
      ...options,
      signaling: relay.port({ user, party: virtualId(party) }),
      peer: peers.of(user).port,
      media: media[user],
      env,
    })
  const [alice, bob] = [client('alice', 0xa0), client('bob', 0xb0)]
  return {
    alice,
    bob,
    relay,
    peers,
    media,
    close() {
      alice.close()
      bob.close()
    },
  }
}
