import {
  VirtualTimeScheduler,
  concat,
  concatMap,
  EMPTY,
  of,
  filter,
  map,
  mergeMap,
  NEVER,
  skip,
  take,
  type Observable,
} from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Env } from '../../../src/core/index.ts'
import {
  reliableChannel,
  type WindowOutput,
  type ReliableChannelSettings,
  type ReliableChannelSources,
  type Frame,
} from '../../../src/core/reliable-channel/reliable-channel.ts'
import { WINDOW } from '../../../src/core/reliable-channel/sliding-window.ts'
import { marbleTest } from '../support/marble-test.ts'
import { pendingTimers } from '../support/pending-timers.ts'

type Sources = ReliableChannelSources<string, string>

const settings: ReliableChannelSettings = { ackMs: 1_000, maxAckMs: 5_000, maxUnacked: 100 }
const way = { o: { open: true }, r: { open: true, resumes: true }, c: { open: false } }

const data = (seq: number): Frame<string> => ({ type: 'data', seq, value: `v${seq}` })
const ack = (seq: number): Frame<string> => ({ type: 'ack', seq })
const resume = (lastSeq: number): Frame<string> => ({ type: 'resume', lastSeq })
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => first + n)

/** The outputs for each input, in words. Inputs without outputs are left out. */
function outputsOf(
  { send$: send$ = NEVER, frame$ = NEVER, link$: link$ }: Partial<Sources> & Pick<Sources, 'link$'>,
  env: Pick<Env, 'scheduler'>,
  changed: Partial<ReliableChannelSettings> = {},
): Observable<string[]> {
  return reliableChannel({ send$: send$, frame$, link$: link$ }, { ...settings, ...changed }, env).pipe(
    map(({ outputs }) => outputs.map(inWords)),
    filter((outputs) => outputs.length > 0),
  )
}

function inWords(output: WindowOutput<string, string>): string {
  if (output.type !== 'transmit') return `${output.type} ${output.value}`
  const { frame } = output
  if (frame.type === 'data') return `> ${frame.seq} ${frame.value}`
  return frame.type === 'ack' ? `> ack ${frame.seq}` : `> resume ${frame.lastSeq}`
}

describe('a sent value', () => {
  it(
    'is numbered from 1, sent at once, and removed when it is acknowledged',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const send$ = cold('       -a-b-------')
      const frame$ = cold('     ------x--y-', { x: ack(1), y: ack(2) })
      const link$ = cold('       o----------', way)
      const leave = '           5s !'
      const expected = '        -a-b--x--y-'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        b: ['taken b', '> 2 b'],
        x: ['acked a'],
        y: ['acked b'],
      })
      expectReleased(send$, frame$, link$).by('^ 4999ms !')
    }),
  )

  it(
    'is acknowledged by a later number, too, and only once',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -abc-----')
      const frame$ = cold('     -----x-xy', { x: ack(2), y: ack(1) })
      const link$ = cold('       o--------', way)
      const leave = '           500ms !'
      const expected = '        -abc-x---'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        b: ['taken b', '> 2 b'],
        c: ['taken c', '> 3 c'],
        x: ['acked a', 'acked b'],
      })
    }),
  )

  it(
    'is sent again after 1, 2, 4, 5, 5 … s, with all others in order',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -a---b')
      const link$ = cold('       o-----', way)
      const leave = '           20s !'
      const expected = '        -a---b 995ms r 1999ms r 3999ms r 4999ms r 4999ms r'
      expectObservable(outputsOf({ send$: send$, link$: link$ }, env), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        b: ['taken b', '> 2 b'],
        r: ['> 1 a', '> 2 b'],
      })
    }),
  )

  it(
    'restarts the timer with every progress, and stops it once all is acknowledged',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -(ab)               ')
      const frame$ = cold('     - 1499ms x 4s y     ', { x: ack(1), y: ack(2) })
      const link$ = cold('       o                   ', way)
      const leave = '           30s !               '
      const expected = '        -(ab) 996ms r 498ms x 999ms R 1999ms R 1000ms y'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        b: ['taken b', '> 2 b'],
        r: ['> 1 a', '> 2 b'],
        x: ['acked a'],
        R: ['> 2 b'],
        y: ['acked b'],
      })
    }),
  )

  it(
    'is not removed by an acknowledgement of an unsent number',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -a----')
      const frame$ = cold('     --xyz-', { x: ack(2), y: ack(Number.MAX_SAFE_INTEGER), z: resume(7) })
      const link$ = cold('       o-----', way)
      const leave = '           1500ms !'
      const expected = '        -a--r 996ms r'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        r: ['> 1 a'],
      })
    }),
  )

  it(
    'is sent in a window of 64, and the next as acknowledgements make room',
    marbleTest(({ cold, env, expectObservable }) => {
      const values = upTo(70).map(String)
      const send$ = cold('       -s----', { s: values }).pipe(concatMap((each) => each))
      const frame$ = cold('     ---xy-', { x: ack(2), y: ack(66) })
      const link$ = cold('       o-----', way)
      const sent$ = outputsOf({ send$: send$, frame$, link$: link$ }, env).pipe(
        map((outputs) => outputs.filter((output) => output.startsWith('>')).join()),
        filter((outputs) => outputs !== ''),
      )
      const numbers = upTo(64).map((n) => `> ${n} ${n}`)
      const first$ = cold('     -s----', { s: numbers }).pipe(concatMap((each) => each))
      const leave = '           1500ms !'
      const later = '           ---xy 999ms r'
      expectObservable(sent$.pipe(take(64))).toEqual(first$.pipe(take(64)))
      expectObservable(sent$.pipe(skip(64)), leave).toBe(later, {
        x: '> 65 65,> 66 66',
        y: '> 67 67,> 68 68,> 69 69,> 70 70',
        r: '> 67 67,> 68 68,> 69 69,> 70 70',
      })
    }),
  )

  it(
    'is sent again in a window of 64, too',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('-s', { s: upTo(70).map(String) }).pipe(concatMap((each) => each))
      const again = outputsOf({ send$: send$, link$: cold('o', way) }, env).pipe(
        filter((all) => all.length > 2),
      )
      expectObservable(again, '1500ms !').toBe('1001ms r', { r: upTo(64).map((n) => `> ${n} ${n}`) })
    }),
  )

  it(
    'is refused when too many wait already, and leaves no gap in the numbers',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -abc---d-')
      const frame$ = cold('     -----x---', { x: ack(1) })
      const link$ = cold('       o--------', way)
      const leave = '           500ms !'
      const expected = '        -abc-x-d-'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env, { maxUnacked: 2 }), leave).toBe(
        expected,
        {
          a: ['taken a', '> 1 a'],
          b: ['taken b', '> 2 b'],
          c: ['overflow c'],
          x: ['acked a'],
          d: ['taken d', '> 3 d'],
        },
      )
    }),
  )
})

describe('a received value', () => {
  it(
    'is delivered once and in order; a repeated one is only acknowledged',
    marbleTest(({ cold, env, expectObservable }) => {
      const frame$ = cold('     -a-b-a-b-', { a: data(1), b: data(2) })
      const link$ = cold('       o--------', way)
      const expected = '        -a-b-A-A-'
      expectObservable(outputsOf({ frame$, link$: link$ }, env)).toBe(expected, {
        a: ['> ack 1', 'deliver v1'],
        b: ['> ack 2', 'deliver v2'],
        A: ['> ack 2'],
      })
    }),
  )

  it(
    'waits for its turn when it came too early',
    marbleTest(({ cold, env, expectObservable }) => {
      const frame$ = cold('     -3-5-3-2-1-4-', {
        1: data(1),
        2: data(2),
        3: data(3),
        4: data(4),
        5: data(5),
      })
      const link$ = cold('       o------------', way)
      const expected = '        -e-e-e-e-a-b-'
      expectObservable(outputsOf({ frame$, link$: link$ }, env)).toBe(expected, {
        e: ['> ack 0'],
        a: ['> ack 3', 'deliver v1', 'deliver v2', 'deliver v3'],
        b: ['> ack 5', 'deliver v4', 'deliver v5'],
      })
    }),
  )

  it(
    'is dropped when it is more than 64 ahead',
    marbleTest(({ cold, env, expectObservable }) => {
      const early = [...upTo(64, 2).map(data), data(65), data(66), data(Number.MAX_SAFE_INTEGER), data(0)]
      const frame$ = cold('     -e-a-b-', { e: early, a: [data(1)], b: [data(65)] }).pipe(
        concatMap((frames) => frames),
      )
      const link$ = cold('       o------', way)
      const delivered = outputsOf({ frame$, link$: link$ }, env).pipe(filter((outputs) => outputs.length > 1))
      const expected = '        ---a-b-'
      expectObservable(delivered).toBe(expected, {
        a: ['> ack 64', ...upTo(64).map((n) => `deliver v${n}`)],
        b: ['> ack 65', 'deliver v65'],
      })
    }),
  )
})

describe('a link that is closed at times', () => {
  it(
    'is closed at first, and then sends everything in a window of 64',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -a-b----')
      const link$ = cold('       3s o----', way)
      const leave = '           4500ms !'
      const expected = '        -a-b 2996ms o 999ms o'
      expectObservable(outputsOf({ send$: send$, link$: link$ }, env), leave).toBe(expected, {
        a: ['taken a'],
        b: ['taken b'],
        o: ['> 1 a', '> 2 b'],
      })
    }),
  )

  it(
    'sends nothing while it is closed, and everything unacknowledged when it opens, with the first delay again',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -a         ')
      const link$ = cold('       o 3499ms c 20s o  ', way)
      const leave = '           26900ms !  '
      const expected = '        -a 999ms r 1999ms r 20499ms r 999ms r 1999ms r'
      expectObservable(outputsOf({ send$: send$, link$: link$ }, env), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        r: ['> 1 a'],
      })
    }),
  )

  it(
    'delivers what still arrives, and acknowledges it when it opens, with a resume if requested',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       ----a---------')
      const frame$ = cold('     -x-y----------', { x: data(1), y: data(2) })
      const link$ = cold('       o-c---r-c---o-', way)
      const leave = '           500ms !'
      const expected = '        -x-ya-r-----o-'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env), leave).toBe(expected, {
        x: ['> ack 1', 'deliver v1'],
        y: ['deliver v2'],
        a: ['taken a'],
        r: ['> resume 2', '> 1 a'],
        o: ['> 1 a'],
      })
    }),
  )

  it(
    'sends again what a resume shows as missing',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -abc-----')
      const frame$ = cold('     -----x-y-', { x: resume(1), y: resume(3) })
      const link$ = cold('       o--------', way)
      const leave = '           9s !'
      const expected = '        -abc-x-y-'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        b: ['taken b', '> 2 b'],
        c: ['taken c', '> 3 c'],
        x: ['acked a', '> 2 b', '> 3 c'],
        y: ['acked b', 'acked c'],
      })
    }),
  )

  it(
    'answers a resume without progress once within the acknowledgement time, and one with progress at once',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -abc-------------')
      const frame$ = cold('     -----wwwxx 998ms w', { w: resume(0), x: resume(1) })
      const link$ = cold('       o----------------', way)
      const leave = '           1500ms !'
      const expected = '        -abc-w--x 999ms (yz)'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env, { ackMs: 1_000 }), leave).toBe(
        expected,
        {
          a: ['taken a', '> 1 a'],
          b: ['taken b', '> 2 b'],
          c: ['taken c', '> 3 c'],
          w: ['> 1 a', '> 2 b', '> 3 c'],
          x: ['acked a', '> 2 b', '> 3 c'],
          y: ['> 2 b', '> 3 c'],
          z: ['> 2 b', '> 3 c'],
        },
      )
    }),
  )

  it(
    'answers resumes at the same rate after a long time',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       - 1m a----')
      const frame$ = cold('     - 1m -w-w-', { w: resume(0) })
      const link$ = cold('       o         ', way)
      const leave = '           60100ms !'
      const expected = '        - 1m aw---'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        w: ['> 1 a'],
      })
    }),
  )

  it(
    'sends each value once when a resume also makes room in the window',
    marbleTest(({ cold, env, expectObservable }) => {
      const values = upTo(WINDOW + 1).map(String)
      const send$ = cold('       -a---').pipe(mergeMap(() => values))
      const frame$ = cold('     ---r-', { r: resume(1) })
      const link$ = cold('       o----', way)
      const leave = '           100ms !'
      const all = outputsOf({ send$, frame$, link$ }, env).pipe(skip(values.length))
      expectObservable(all, leave).toBe('---r-', {
        r: ['acked 1', ...values.slice(1).map((value) => `> ${value} ${value}`)],
      })
    }),
  )

  it(
    'answers no resume while it is closed',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -a-----')
      const frame$ = cold('     ----r--', { r: resume(0) })
      const link$ = cold('       o-c---o', way)
      const leave = '           100ms !'
      const expected = '        -a----o'
      expectObservable(outputsOf({ send$, frame$, link$ }, env), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        o: ['> 1 a'],
      })
    }),
  )

  it(
    'handles acknowledgements while it is closed, and sends what they make room for when it opens',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -ab------')
      const frame$ = cold('     -----x---', { x: ack(1) })
      const link$ = cold('       o--c---o-', way)
      const leave = '           500ms !'
      const expected = '        -ab--x-o-'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        b: ['taken b', '> 2 b'],
        x: ['acked a'],
        o: ['> 2 b'],
      })
    }),
  )
})

describe('the end of a channel', () => {
  it(
    'comes with unsubscribing, which ends its timers and releases its sources',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const timers = pendingTimers(env)
      const send$ = cold('       -a----')
      const frame$ = cold<Frame<string>>('------')
      const link$ = cold('       o-----', way)
      const leave = '           1500ms !'
      const expected = '        -a 999ms r'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, timers), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
        r: ['> 1 a'],
      })
      expectReleased(send$, frame$, link$).by('^ 1499ms !')
      const left$ = cold('      - 1498ms p-p', undefined).pipe(map(() => timers.pending()))
      expectObservable(left$).toBe('- 1498ms p-q', { p: 1, q: 0 })
    }),
  )

  it('comes with unsubscribing while values are sent again, and sets no other timer', () => {
    // Not a TestScheduler, because that would follow a timer that is set again and again, without end.
    const scheduler = new VirtualTimeScheduler(undefined, 10_000)
    const outputs: string[][] = []
    outputsOf({ send$: of('a'), link$: concat(of(way.o), NEVER) }, { scheduler })
      .pipe(take(2))
      .subscribe((each) => outputs.push(each))
    scheduler.flush()
    expect(outputs).toEqual([['taken a', '> 1 a'], ['> 1 a']])
    expect(scheduler.frame).toBe(1_000)
  })

  it(
    'comes at once with an error of a source',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const timers = pendingTimers(env)
      const send$ = cold('       -a---#')
      const link$ = cold('       o-----', way)
      const expected = '        -a---#'
      expectObservable(outputsOf({ send$: send$, frame$: NEVER, link$: link$ }, timers)).toBe(expected, {
        a: ['taken a', '> 1 a'],
      })
      expectReleased(link$).by('^----!')
      expectObservable(cold('------p').pipe(map(() => timers.pending()))).toBe('------p', { p: 0 })
    }),
  )

  it(
    'comes when its sources have completed and all is acknowledged',
    marbleTest(({ cold, env, expectObservable }) => {
      const send$ = cold('       -a-|')
      const frame$ = cold('     ----x-|', { x: ack(1) })
      const link$ = cold('       o|', way)
      const expected = '        -a--x-|'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, env)).toBe(expected, {
        a: ['taken a', '> 1 a'],
        x: ['acked a'],
      })
      expectObservable(outputsOf({ send$: EMPTY, frame$: EMPTY, link$: EMPTY }, env)).toBe('|')
    }),
  )

  it(
    'comes when its sources have completed, because nothing can be acknowledged then',
    marbleTest(({ cold, env, expectObservable }) => {
      const timers = pendingTimers(env)
      const send$ = cold('       -a-|')
      const frame$ = cold<Frame<string>>('-----|')
      const link$ = cold('       o|', way)
      const leave = '           3s !'
      const expected = '        -a---|'
      expectObservable(outputsOf({ send$: send$, frame$, link$: link$ }, timers), leave).toBe(expected, {
        a: ['taken a', '> 1 a'],
      })
    }),
  )
})
