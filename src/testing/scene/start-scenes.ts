import type { CallAction } from '../../core/index.ts'
import type { MessageChange } from '../simulator/message-change.ts'
import type { Fault, SimulatedUser, TimelineEntry } from '../simulator/scenario.ts'
import type { Scene } from './scene.ts'

/** A scene to begin with, and what one sees in it. */
export interface StartScene {
  /** A short name, for the address of a page. */
  readonly id: string
  readonly scene: Scene
  /** One or two sentences. */
  readonly says: string
}

const ALICE = 0
const BOB = 1
const THIRD = 2

/** A user who does only what the timeline says. */
const user = (name: string): SimulatedUser => ({
  user: name,
  clockMs: 0,
  answers: [],
  captures: [],
  peer: 'native',
})

const act = (at: number, client: number, action: CallAction): TimelineEntry => ({ at, client, action })
const call = (at: number, client: number, callee: string) => act(at, client, { type: 'call', user: callee })
const fault = (at: number, what: Fault): TimelineEntry => ({ at, ...what })

function scene(
  title: string,
  timeline: readonly TimelineEntry[],
  users: readonly string[] = ['alice', 'bob'],
  messages?: readonly MessageChange[],
): Scene {
  const scenario = { seed: 1, clients: users.map(user), timeline, settles: true }
  return { title, scenario, ...(messages && { messages }) }
}

/**
 * Scenes to begin with. Everything that their users do is in the timeline.
 *
 * @example
 * for (const { id, scene } of startScenes) console.log(id, sceneUrl(scene))
 */
export const startScenes: readonly [StartScene, ...StartScene[]] = [
  {
    id: 'call',
    says: 'Alice calls, and it rings at Bob. He accepts, they talk for three seconds, and Alice hangs up.',
    scene: scene('A call', [
      call(100, ALICE, 'bob'),
      act(1_100, BOB, { type: 'accept' }),
      act(4_100, ALICE, { type: 'hang-up' }),
    ]),
  },
  {
    id: 'decline',
    says: 'Alice calls, and Bob declines. No peer connection is ever used for the call.',
    scene: scene('Bob declines', [call(100, ALICE, 'bob'), act(1_100, BOB, { type: 'decline' })]),
  },
  {
    id: 'busy',
    says: 'Alice and Bob are talking. Carol calls Bob, and his client answers by itself that he is busy.',
    scene: scene(
      'Bob is busy',
      [
        call(100, ALICE, 'bob'),
        act(600, BOB, { type: 'accept' }),
        call(1_500, THIRD, 'bob'),
        act(3_000, ALICE, { type: 'hang-up' }),
      ],
      ['alice', 'bob', 'carol'],
    ),
  },
  {
    id: 'glare',
    says: 'Alice and Bob call each other at the same moment, so their invites cross. The call with the higher id gives way, and both end up in the other one without having to accept.',
    scene: scene('Both call at once', [
      call(100, ALICE, 'bob'),
      call(104, BOB, 'alice'),
      act(3_000, BOB, { type: 'hang-up' }),
    ]),
  },
  {
    id: 'devices',
    says: 'Bob has two devices, and both ring. He accepts on the second one, and the first one stops ringing.',
    scene: scene(
      'Two devices ring',
      [
        call(100, ALICE, 'bob'),
        act(1_100, THIRD, { type: 'accept' }),
        act(3_000, ALICE, { type: 'hang-up' }),
      ],
      ['alice', 'bob', 'bob'],
    ),
  },
  {
    id: 'lost-answer',
    says: 'The network loses the answer that Bob sends. His client gets no acknowledgement, so it sends the answer again, and the call connects a little later.',
    scene: scene(
      'The answer is lost',
      [call(100, ALICE, 'bob'), act(1_100, BOB, { type: 'accept' }), act(4_100, ALICE, { type: 'hang-up' })],
      ['alice', 'bob'],
      [{ from: BOB, to: ALICE, type: 'answer', nth: 1, does: 'lose' }],
    ),
  },
  {
    id: 'relay-restart',
    says: 'The relay restarts during a call, and both clients lose it for two seconds. The call goes on, and Bob even learns at once that Alice muted herself, because that goes over the data channel.',
    scene: scene('The relay restarts', [
      call(100, ALICE, 'bob'),
      act(600, BOB, { type: 'accept' }),
      fault(1_500, { fault: 'relay-restart', ms: 2_000 }),
      act(2_500, ALICE, { type: 'mute', kind: 'audio', muted: true }),
      act(5_000, BOB, { type: 'hang-up' }),
    ]),
  },
  {
    id: 'path-cut',
    says: 'The path between the two peer connections breaks. The caller restarts ICE over the relay, and the call goes on over a new path.',
    scene: scene('The path is cut', [
      call(100, ALICE, 'bob'),
      act(600, BOB, { type: 'accept' }),
      fault(2_000, { fault: 'path-cut' }),
      act(6_000, ALICE, { type: 'hang-up' }),
    ]),
  },
  {
    id: 'closed-tab',
    says: 'Bob closes his tab during a call. His client hangs up first, so Alice sees the end at once. A second later he is back, and can be called again.',
    scene: scene('Bob closes his tab', [
      call(100, ALICE, 'bob'),
      act(600, BOB, { type: 'accept' }),
      fault(2_000, { fault: 'tab-close', client: BOB, ms: 1_000 }),
      call(4_000, ALICE, 'bob'),
      act(4_500, BOB, { type: 'accept' }),
      act(6_000, BOB, { type: 'hang-up' }),
    ]),
  },
]
