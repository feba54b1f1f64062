import { BehaviorSubject, filter, map, NEVER, of, startWith, switchMap, timer } from 'rxjs'
import { CallError, defaultSettings, type CallState, type PeerEvent, type Stages } from 'rxcall'
import { recovery } from 'rxcall/stages'
import { marbles, play, virtualId } from 'rxcall/testing'
import { expect, it } from 'vitest'

const error = new CallError('connection-failed', 'the path was lost')
const failed = { type: 'recovery-failed', error } as const

/** Ends the call when its path is lost for 5 seconds, and never restarts or replaces the peer connection. */
const impatient: Stages['recovery'] = (sources, env) =>
  recovery(sources, env).pipe(
    filter(({ type }) => type === 'peer-connected' || type === 'interrupted'),
    switchMap((health) =>
      health.type === 'interrupted'
        ? timer(5_000, env.scheduler).pipe(
            map(() => failed),
            startWith(health),
          )
        : of(health),
    ),
  )

const assertEqual = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected)
const call: CallState = {
  phase: 'connected',
  callId: virtualId(1),
  role: 'caller',
  remote: { user: 'bob', party: virtualId(2) },
  media: { audio: true, video: false },
  since: 0,
}
const states: Record<string, PeerEvent> = {
  c: { type: 'connection-state', state: 'connected' },
  d: { type: 'connection-state', state: 'disconnected' },
}
/** What the stage listens to when nothing happens. */
const quiet = {
  role: 'offerer',
  opened$: NEVER,
  peerClosed$: NEVER,
  message$: NEVER,
  state$: new BehaviorSubject(call),
  online$: new BehaviorSubject(true),
  answered$: NEVER,
  settings: defaultSettings,
} as const

it(
  'gives up once the path is lost for 5 seconds, but not when it returns sooner',
  marbles(assertEqual, ({ cold, env, expectObservable, expectReleased }) => {
    const peer$ = cold(' -c--d 2999ms c--d          ', states)
    const leave = '      - 9s !'
    const expected = '   -c--i 2999ms c--i 4999ms f'
    const output$ = impatient({ ...quiet, peer$ }, env).pipe(map(({ type }) => type))
    expectObservable(output$, leave).toBe(expected, {
      c: 'peer-connected',
      i: 'interrupted',
      f: 'recovery-failed',
    })
    expectReleased(peer$).by(leave)
  }),
)

it('connects a whole call as the built-in stage does', () => {
  const { phases } = play({
    alice: { does: { 30: { type: 'call', user: 'bob' } }, stages: { recovery: impatient } },
    bob: { does: { 100: { type: 'accept' } } },
  })
  expect(phases.alice?.at(-1)?.phase).toBe('connected')
})
