import { BehaviorSubject, ignoreElements, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type {
  CallersPort,
  CallerVerdict,
  CallEvent,
  CallState,
  ClientState,
} from '../../../../src/core/index.ts'
import { virtualId } from '../../../../src/testing/marbles.ts'
import { ofType } from '../../../../src/core/rx/operators.ts'
import { errorOf } from '../../support/errors.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming, outgoing } from '../../support/messages.ts'
import { alice, audioOnly, bob, bobsPhone, callId, carol, higherId } from '../../support/parties.ts'
import { dismisses, model, receives, settings, setupStages } from '../../support/setup-stages.ts'
import { capturing, connected, ended, idle, inviting } from '../../support/states.ts'

const invite = receives(incoming('invite', { media: audioOnly }))
const ofCarol = receives(incoming('invite', { media: audioOnly }, { from: carol, callId: higherId }))
const rings = {
  type: 'incoming',
  callId,
  remote: bob,
  media: audioOnly,
  ringMs: expect.any(Number) as number,
}
const answers = (type: 'busy' | 'ringing', to = bob) => ({
  type: 'send',
  message: outgoing(type, {}, { to }),
})

/** The outcome of invites in a client whose port answers in this way; `asked` is filled with the callers it is asked about. */
const decides = (
  given: string,
  expected: string,
  { port, call = idle, asked = [] }: { port: CallersPort; call?: CallState; asked?: string[] },
) =>
  marbleTest(({ hot, env, expectObservable }) => {
    const event$ = hot<CallEvent>(given, { i: invite, c: ofCarol })
    const watched: CallersPort = (caller, media) => {
      asked.push(`${caller.user} ${JSON.stringify(media)}`)
      return port(caller, media)
    }
    const sources = { event$, client$: new BehaviorSubject(model(call)), settings }
    expectObservable(setupStages(sources, env, watched)).toBe(expected, {
      r: rings,
      d: dismisses(),
      b: answers('busy'),
      s: answers('ringing'),
      e: { type: 'error', error: errorOf('callers-failed') },
    })
  })

const says =
  (ring: CallerVerdict['ring']): CallersPort =>
  () =>
    ring ? { ring } : {}

describe('the port of callers', () => {
  it('lets a call ring if it says yes or nothing', () => {
    decides('-i', '-r', { port: says('yes') })()
    decides('-i', '-r', { port: says(undefined) })()
  })

  it('has the client answer busy', decides('-i', '-(db)', { port: says('busy') }))

  it(
    'has an ignored caller hear it ring, and shows nothing here',
    decides('-i-i', '-s--', { port: says('ignore') }),
  )

  it('lets three ignored callers within a minute hear it ring, and the others nothing', () => {
    marbleTest(({ cold, env, expectObservable }) => {
      const ids = [1, 2, 3, 4, 5].map((call) => virtualId(call))
      const [a, b, c, d, e] = ids.map((id) =>
        receives(incoming('invite', { media: audioOnly }, { from: carol, callId: id })),
      )
      const event$ = cold<CallEvent>('abcd 1m e', { a, b, c, d, e } as Record<string, CallEvent>)
      const sources = { event$, client$: new BehaviorSubject(model(idle)), settings }
      const ringing = (call: number) => ({
        type: 'send',
        message: outgoing('ringing', {}, { to: carol, callId: virtualId(call) }),
      })
      expectObservable(setupStages(sources, env, says('ignore'))).toBe('abcd 1m e', {
        a: ringing(1),
        b: ringing(2),
        c: ringing(3),
        d: { type: 'dismissed', invite: { callId: virtualId(4), user: 'carol' } },
        e: ringing(5),
      })
    })()
  })

  it('is told who calls and what they send, once for each invite', () => {
    const asked: string[] = []
    decides('-i-i', '-r-r', { port: says('yes'), asked })()
    expect(asked).toEqual([`bob ${JSON.stringify(audioOnly)}`])
  })

  it('is not asked about the user whom this client calls, or is in a call with', () => {
    const asked: string[] = []
    marbleTest(({ hot, env, expectObservable }) => {
      for (const call of [inviting, connected]) {
        const again = receives(incoming('invite', { media: audioOnly }, { callId: higherId }))
        const event$ = hot<CallEvent>('-i', { i: again })
        const sources = { event$, client$: new BehaviorSubject(model(call)), settings }
        const asking: CallersPort = ({ user }) => {
          asked.push(user)
          return { ring: 'busy' }
        }
        expectObservable(setupStages(sources, env, asking).pipe(ignoreElements())).toBe('')
      }
    })()
    expect(asked).toEqual([])
  })

  it('is not asked about an invite that waited for the end of a call with that user', () => {
    const asked: string[] = []
    marbleTest(({ hot, env, expectObservable }) => {
      const client$ = new BehaviorSubject(model(connected))
      const waits = receives(incoming('invite', { media: audioOnly }, { from: bobsPhone, callId: higherId }))
      const over: CallEvent = { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'remote' }
      const event$ = hot<CallEvent>('-i-e', { i: waits, e: over }).pipe(
        tap((event) => {
          if (event.type === 'ended') client$.next(model(ended))
        }),
      )
      const asking: CallersPort = ({ user }) => {
        asked.push(user)
        return { ring: 'ignore' }
      }
      const rang$ = setupStages({ event$, client$, settings }, env, asking).pipe(ofType('incoming'))
      expectObservable(rang$).toBe('---r', {
        r: { ...rings, callId: higherId, remote: bobsPhone },
      })
    })()
    expect(asked).toEqual([])
  })

  it('names the same features to a caller whom the user calls back while the relay is away', () => {
    marbleTest(({ hot, env, expectObservable }) => {
      const features = [{ id: 'parking', usesRelay: true }]
      const connection = { status: 'online', self: alice, features: ['parking'] } as const
      const client$ = new BehaviorSubject<ClientState>({ ...model(idle), connection })
      const theirs = receives(incoming('invite', { media: audioOnly, features: ['parking'] }))
      const ours: CallEvent = {
        type: 'outgoing',
        callId: higherId,
        remote: { user: 'bob' },
        media: audioOnly,
      }
      const event$ = hot<CallEvent>('-i-o', { i: theirs, o: ours }).pipe(
        tap(({ type }) => {
          if (type === 'outgoing') client$.next(model({ ...capturing, callId: higherId }))
        }),
      )
      const sources = { event$, client$, settings, features }
      expectObservable(setupStages(sources, env, says('ignore'))).toBe('-s-y', {
        s: { type: 'send', message: outgoing('ringing', { features: ['parking'] }, { to: bob }) },
        y: { type: 'yielded', callId: higherId, to: callId, remote: bob, features: ['parking'] },
      })
    })()
  })

  it('ignores a caller during another call, too', () => {
    marbleTest(({ hot, env, expectObservable }) => {
      const event$ = hot<CallEvent>('-c', { c: ofCarol })
      const sources = { event$, client$: new BehaviorSubject(model(connected)), settings }
      expectObservable(setupStages(sources, env, says('ignore'))).toBe('-s', {
        s: { type: 'send', message: outgoing('ringing', {}, { to: carol, callId: higherId }) },
      })
    })()
  })

  it.each<[string, CallersPort]>([
    [
      'throws',
      () => {
        throw new Error('no list of friends')
      },
    ],
    ['gives no verdict', () => undefined as unknown as CallerVerdict],
    ['gives a verdict that does not exist', () => ({ ring: 'no' }) as unknown as CallerVerdict],
  ])('lets a call ring, and reports an error, if it %s', (_, port) => decides('-i', '-(er)', { port })())
})
