import { concat, NEVER, Observable, of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  peerConnections,
  type PeerConnectionsSources,
} from '../../../../src/core/call/peer/peer-connections.ts'
import {
  CallError,
  defaultSettings,
  type CallEvent,
  type PeerEvent,
  type PeerPort,
} from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { incoming } from '../../support/messages.ts'
import { peerEvents, sends } from '../../support/outputs.ts'
import { bobsPhone, callId } from '../../support/parties.ts'

const stream = fakeStream('audio', ['audio'])
const media = { audio: true, video: false }
const error = new CallError('negotiation-failed', 'no answer')
const replacing = (epoch: number): CallEvent => ({
  type: 'command',
  callId,
  epoch: epoch - 1,
  command: { type: 'replace', error },
})
const happens = (epoch: number, event: PeerEvent): CallEvent => ({ type: 'peer', callId, epoch, event })
const opened = (epoch: number): CallEvent => ({ type: 'peer-opened', callId, epoch, role: 'answerer' })
const answer = (epoch: number) => incoming('answer', { sdp: `answer ${epoch}` }, { epoch })
const offer = (epoch: number, sdp = `offer ${epoch}`) => incoming('offer', { sdp }, { epoch })
const applies = (type: 'offer' | 'answer', epoch: number, sdp = `${type} ${epoch}`) => ({
  type: 'command',
  epoch,
  command: { type: 'description', description: { type, sdp } },
})

/** Opens these peer connections, one after the other. */
const port = (...connections: readonly Observable<PeerEvent>[]): PeerPort => {
  const left = [...connections]
  return { open: () => left.shift() ?? new Observable((to) => to.error(new Error('one peer too many'))) }
}
const quiet: Omit<PeerConnectionsSources, 'role'> = {
  event$: NEVER,
  message$: NEVER,
  media$: NEVER,
  stream$: concat(of(stream), NEVER),
  settings: { ...defaultSettings, candidateBatchMs: 1 },
}

describe('peerConnections of an offerer', () => {
  it(
    'are replaced on the command, under the next epoch',
    marbleTest(({ cold, hot, env, expectObservable, expectSubscriptions }) => {
      const event$ = hot('      -----r----R-', { r: replacing(1), R: replacing(2) })
      const media$ = cold('    s-----------', { s: media })
      const first$ = cold('     --y---------', { y: peerEvents.connected })
      const second$ = cold('         ---y---', { y: peerEvents.connected })
      const third$ = cold('               --', { y: peerEvents.connected })
      const expected = '        a-b--c--d-e-'
      const firstOpen = '       ^----!------'
      const secondOpen = '      -----^----!-'
      const thirdOpen = '       ----------^-'
      const sources = { ...quiet, role: 'offerer', event$, media$ } as const
      expectObservable(peerConnections(sources, port(first$, second$, third$), env)).toBe(expected, {
        a: { type: 'peer-opened', role: 'offerer', epoch: 0 },
        b: { type: 'peer', epoch: 0, event: peerEvents.connected },
        c: { type: 'peer-opened', role: 'offerer', epoch: 1 },
        d: { type: 'peer', epoch: 1, event: peerEvents.connected },
        e: { type: 'peer-opened', role: 'offerer', epoch: 2 },
      })
      expectSubscriptions(first$.subscriptions).toBe(firstOpen)
      expectSubscriptions(second$.subscriptions).toBe(secondOpen)
      expectSubscriptions(third$.subscriptions).toBe(thirdOpen)
    }),
  )

  it(
    'are replaced only once, however many reasons there are',
    marbleTest(({ hot, cold, env, expectObservable, expectSubscriptions }) => {
      const event$ = hot('      ---(rr)-r-', { r: replacing(1) })
      const media$ = cold('    s---------', { s: media })
      const [first$, second$] = [cold<PeerEvent>('-'), cold<PeerEvent>('-')]
      const expected = '        a--b------'
      const sources = { ...quiet, role: 'offerer', event$, media$ } as const
      expectObservable(peerConnections(sources, port(first$, second$), env), '---------!').toBe(expected, {
        a: { type: 'peer-opened', role: 'offerer', epoch: 0 },
        b: { type: 'peer-opened', role: 'offerer', epoch: 1 },
      })
      expectSubscriptions(first$.subscriptions).toBe('^--!')
      expectSubscriptions(second$.subscriptions).toBe('---^-----!')
    }),
  )

  it(
    'send and receive only with their own epoch',
    marbleTest(({ hot, env, expectObservable }) => {
      const message$ = hot('    --a-b---a-b-n', {
        a: answer(0),
        b: answer(1),
        n: incoming('answer', { sdp: 'answer 0' }),
      })
      const event$ = hot('      -o-O--ro-O---', {
        o: happens(0, peerEvents.offer),
        O: happens(1, peerEvents.offer),
        r: replacing(1),
      })
      const expected = '        -oa------Ob--'
      expectObservable(peerConnections({ ...quiet, role: 'offerer', event$, message$ }, port(), env)).toBe(
        expected,
        {
          o: sends({ type: 'offer', body: { sdp: 'local offer' }, epoch: 0 }),
          O: sends({ type: 'offer', body: { sdp: 'local offer' }, epoch: 1 }),
          a: applies('answer', 0),
          b: applies('answer', 1),
        },
      )
    }),
  )

  it(
    'are not replaced on an offer of the other side',
    marbleTest(({ cold, hot, env, expectObservable, expectSubscriptions }) => {
      const message$ = hot('    ---o--', { o: offer(1) })
      const media$ = cold('    s-----', { s: media })
      const connection$ = cold('------', peerEvents)
      const expected = '        a-----'
      const sources = { ...quiet, role: 'offerer', message$, media$ } as const
      expectObservable(peerConnections(sources, port(connection$), env)).toBe(expected, {
        a: { type: 'peer-opened', role: 'offerer', epoch: 0 },
      })
      expectSubscriptions(connection$.subscriptions).toBe('^-----')
    }),
  )

  it(
    'are never open at the same time: the old one is closed first',
    marbleTest(({ cold, hot, env, expectObservable, flush }) => {
      const log: string[] = []
      let count = 0
      const noting: PeerPort = {
        open: () =>
          new Observable(() => {
            const n = count++
            log.push(`open ${n}`)
            return () => void log.push(`close ${n}`)
          }),
      }
      const event$ = hot('      --r---', { r: replacing(1) })
      const media$ = cold('    s-----', { s: media })
      const leave = '           -----!'
      const expected = '        a-b---'
      expectObservable(
        peerConnections({ ...quiet, role: 'offerer', event$, media$ }, noting, env),
        leave,
      ).toBe(expected, {
        a: { type: 'peer-opened', role: 'offerer', epoch: 0 },
        b: { type: 'peer-opened', role: 'offerer', epoch: 1 },
      })
      flush()
      expect(log).toEqual(['open 0', 'close 0', 'open 1', 'close 1'])
    }),
  )
})

describe('peerConnections of an answerer', () => {
  it(
    'are replaced on an offer of a higher epoch, which the new one answers; lower ones are dropped',
    marbleTest(({ cold, hot, env, expectObservable, expectSubscriptions }) => {
      const message$ = hot('    -a---c--b-a-d--', {
        a: offer(0),
        b: offer(1),
        c: offer(2),
        d: offer(2, 'another offer'),
      })
      const event$ = hot('      --o---p--------', { o: opened(0), p: opened(2) })
      const media$ = cold('    s--------------', { s: media })
      const first$ = cold('     ---------------', peerEvents)
      const second$ = cold('         ----------', peerEvents)
      const expected = '        x-a--yc-----d--'
      const firstOpen = '       ^----!---------'
      const secondOpen = '      -----^---------'
      const sources = { ...quiet, role: 'answerer', event$, message$, media$ } as const
      expectObservable(peerConnections(sources, port(first$, second$), env)).toBe(expected, {
        x: { type: 'peer-opened', role: 'answerer', epoch: 0 },
        y: { type: 'peer-opened', role: 'answerer', epoch: 2 },
        a: applies('offer', 0),
        c: applies('offer', 2),
        d: applies('offer', 2, 'another offer'),
      })
      expectSubscriptions(first$.subscriptions).toBe(firstOpen)
      expectSubscriptions(second$.subscriptions).toBe(secondOpen)
    }),
  )

  it(
    'are not replaced on the command, which only the offerer obeys',
    marbleTest(({ cold, hot, env, expectObservable, expectSubscriptions }) => {
      const event$ = hot('      ---r--', { r: replacing(1) })
      const media$ = cold('    s-----', { s: media })
      const connection$ = cold('------', peerEvents)
      const sources = { ...quiet, role: 'answerer', event$, media$ } as const
      expectObservable(peerConnections(sources, port(connection$), env)).toBe('a-----', {
        a: { type: 'peer-opened', role: 'answerer', epoch: 0 },
      })
      expectSubscriptions(connection$.subscriptions).toBe('^-----')
    }),
  )
})

describe('peerConnections', () => {
  it(
    'keep one open for each party, and replace only that of the same party',
    marbleTest(({ cold, hot, env, expectObservable, expectSubscriptions }) => {
      const phone = (epoch: number): CallEvent => ({ ...replacing(epoch), party: bobsPhone }) as CallEvent
      const event$ = hot('      --p--a--p---', { p: phone(1), a: replacing(1) })
      const media$ = cold('    s-----------', { s: media })
      const [any$, phone$, anyAgain$] = [cold<PeerEvent>('-'), cold<PeerEvent>('-'), cold<PeerEvent>('-')]
      const leave = '           -----------!'
      const expected = '        a-p--A------'
      const sources = { ...quiet, role: 'offerer', event$, media$ } as const
      expectObservable(peerConnections(sources, port(any$, phone$, anyAgain$), env), leave).toBe(expected, {
        a: { type: 'peer-opened', role: 'offerer', epoch: 0 },
        p: { type: 'peer-opened', role: 'offerer', party: bobsPhone, epoch: 1 },
        A: { type: 'peer-opened', role: 'offerer', epoch: 1 },
      })
      expectSubscriptions(any$.subscriptions).toBe('     ^----!')
      expectSubscriptions(phone$.subscriptions).toBe('   --^--------!')
      expectSubscriptions(anyAgain$.subscriptions).toBe('-----^-----!')
    }),
  )

  it(
    'error when a source errors',
    marbleTest(({ cold, hot, env, expectObservable, expectReleased }) => {
      const event$ = cold<CallEvent>('-----')
      const message$ = hot('          --#', { o: offer(1) })
      const media$ = cold('          s----', { s: media })
      const connection$ = cold('      -----', peerEvents)
      const sources = { ...quiet, role: 'offerer', event$, message$, media$ } as const
      expectObservable(peerConnections(sources, port(connection$), env)).toBe('a-#', {
        a: { type: 'peer-opened', role: 'offerer', epoch: 0 },
      })
      expectReleased(connection$, media$, event$).by('--!')
    }),
  )

  it.each(['offerer', 'answerer'] as const)(
    'close the connection and release every source when unsubscribed: %s',
    (role) => {
      marbleTest(({ cold, env, expectObservable, expectReleased }) => {
        const event$ = cold('     ------r', { r: replacing(1) })
        const message$ = cold('   ------o', { o: offer(1) })
        const media$ = cold('    -s-----', { s: media })
        const connection$ = cold(' ------', peerEvents)
        const leave = '           ---!   '
        const expected = '        -a--   '
        const sources = { ...quiet, role, event$, message$, media$ }
        expectObservable(peerConnections(sources, port(connection$), env), leave).toBe(expected, {
          a: { type: 'peer-opened', role, epoch: 0 },
        })
        expectReleased(media$).by('-!')
        expectReleased(connection$, event$, message$).by(leave)
      })()
    },
  )
})
