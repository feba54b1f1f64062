import { Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { CallError, type CallEvent, type CallState, type ConnectionState } from 'rxcall'
import { alert } from '../../src/ui/streams/alert.ts'
import { hasVideo } from '../../src/ui/streams/has-video.ts'
import { refusedByRelay } from '../../src/ui/streams/refused-by-relay.ts'
import { ringing } from '../../src/ui/streams/ringing.ts'
import { ringback, ringtone, type Tone } from '../../src/ui/streams/tone.ts'

const callId = '0'.repeat(32)
const call = { callId, role: 'caller', remote: { user: 'bob' }, media: { audio: true, video: true } } as const
const states = {
  i: { phase: 'idle' },
  p: { ...call, phase: 'calling', progress: 'inviting', contacts: [] },
  q: { ...call, phase: 'calling', progress: 'ringing', contacts: [] },
  r: { ...call, role: 'callee', phase: 'ringing' },
  c: { ...call, phase: 'connected', since: 0 },
  e: { ...call, phase: 'ended', at: 0, reason: 'hung-up', by: 'remote' },
} satisfies Record<string, CallState>
const events: Record<string, CallEvent> = {
  d: { type: 'outgoing', callId, remote: { user: 'bob' }, media: call.media },
  r: { type: 'incoming', callId, remote: { user: 'bob', party: callId }, media: call.media, ringMs: 1 },
  e: { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'local' },
}
const marbles = (test: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test)

describe('the alert', () => {
  const cause = (message: string) => ({ cause: new DOMException(message, 'NotAllowedError') })
  const errors = {
    a: new CallError('no-device', 'a'),
    b: new CallError('text-too-long', 'b'),
    n: new CallError('name-taken', 'n'),
    u: new CallError('relay-unreachable', 'u'),
    p: new CallError('screen-refused', 'p', cause('Permission denied by user')),
    s: new CallError('screen-refused', 's', cause('Permission denied by system')),
  }
  const happened: Record<string, CallEvent> = {
    ...events,
    f: { type: 'ended', callId, at: 0, reason: 'media-error', by: 'local', error: errors.a },
    m: { type: 'action', action: { type: 'media', change: { video: true } } },
    w: { type: 'action', action: { type: 'send', id: 't', text: 'x' } },
    h: { type: 'action', action: { type: 'hold', held: true } },
    o: { type: 'connection', connection: { status: 'online', self: { user: 'a', party: callId } } },
  }
  const shown = (raised: string, happens: string, expected: string, dismissals = '') =>
    marbles(({ hot, expectObservable }) => {
      const alert$ = alert({ error$: hot(raised, errors), event$: hot(happens, happened) }, hot(dismissals))
      expectObservable(alert$).toBe(expected, { ...errors, i: undefined })
    })

  it('is the latest error, until it is dismissed', () => {
    shown('-a-b', '', 'ia-b-i', '-----x')
  })

  it.each(['d', 'r', 'e'])('ends when a call begins or ends: %s', (event) => {
    shown('-a---b---n', `---${event}---${event}---${event}`, 'ia-i-b-i-n-i')
  })

  it('stays when it comes with the end of the call', () => {
    shown('-a', '-f', 'ia')
  })

  it('of a device or a screen ends when another one is tried', () => {
    shown('-a------s', '--hwo-m--m', 'ia----i-si')
  })

  it('of a text ends with the next text', () => {
    shown('-b', '--hmo-w', 'ib----i')
  })

  it('of the relay ends when the client is online again', () => {
    shown('-n', '--hmw-o', 'in----i')
  })

  it('is not raised by an unreachable relay, nor by a screen picker that the user closed', () => {
    shown('-u-a-u-p', '', 'i--a')
  })
})

describe('a refusal by the relay', () => {
  const error = new CallError('name-taken', 'taken')
  const connections: Record<string, ConnectionState> = {
    c: { status: 'connecting' },
    r: { status: 'refused', error },
  }

  it('is emitted at once without a call', () => {
    marbles(({ hot, expectObservable }) => {
      const connection$ = hot('c-r', connections)
      const state$ = hot('     i', states)
      expectObservable(refusedByRelay({ connection$, state$ })).toBe('--(e|)', { e: error })
    })
  })

  it('waits for the end of an open call', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const connection$ = hot('c-r', connections)
      const state$ = hot('     c---e-i', states)
      expectObservable(refusedByRelay({ connection$, state$ })).toBe('----(e|)', { e: error })
      expectSubscriptions(state$.subscriptions).toBe('         ^---!')
    })
  })
})

describe('ringing', () => {
  const played = (run: (play: (tone: Tone) => Observable<never>) => void) => {
    const log: string[] = []
    run(
      (tone) =>
        new Observable<never>(() => {
          log.push(tone === ringtone ? 'ringtone' : tone === ringback ? 'ringback' : 'other')
          return () => log.push('silence')
        }),
    )
    return log
  }
  const emit = (...keys: (keyof typeof states)[]) =>
    new Observable<CallState>((subscriber) => keys.forEach((key) => subscriber.next(states[key])))

  it('sounds for the callee until the call is answered', () => {
    expect(played((play) => ringing(emit('i', 'r', 'c'), play).subscribe())).toEqual(['ringtone', 'silence'])
  })

  it("sounds for the caller only while the callee's device rings", () => {
    expect(played((play) => ringing(emit('p'), play).subscribe())).toEqual([])
    expect(played((play) => ringing(emit('p', 'q', 'e'), play).subscribe())).toEqual(['ringback', 'silence'])
  })

  it('stops when unsubscribed', () => {
    expect(played((play) => ringing(emit('r'), play).subscribe().unsubscribe())).toEqual([
      'ringtone',
      'silence',
    ])
  })
})

describe('whether a stream has a picture', () => {
  class FakeStream extends EventTarget {
    tracks: unknown[] = []
    getVideoTracks() {
      return this.tracks
    }
    change(tracks: unknown[], type: 'addtrack' | 'removetrack') {
      this.tracks = tracks
      this.dispatchEvent(new Event(type))
    }
  }

  it('follows its tracks', () => {
    const stream = new FakeStream()
    const seen: boolean[] = []
    const subscription = hasVideo(stream as unknown as MediaStream).subscribe((has) => seen.push(has))
    stream.change([{}], 'addtrack')
    stream.change([], 'removetrack')
    subscription.unsubscribe()
    stream.change([{}], 'addtrack')
    expect(seen).toEqual([false, true, false])
  })

  it('is false without a stream', () => {
    const seen: boolean[] = []
    hasVideo(null).subscribe((has) => seen.push(has))
    expect(seen).toEqual([false])
  })
})
