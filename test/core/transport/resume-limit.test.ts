import { map, mergeMap, of, type Observable } from 'rxjs'
import { describe, it } from 'vitest'
import { callsView } from '../../../src/core/calls-view.ts'
import { limitResumes } from '../../../src/core/transport/resume-limit.ts'
import type { CallState, Env, IncomingMessage } from '../../../src/core/index.ts'
import { initialState } from '../../../src/core/stages/index.ts'
import { virtualId } from '../../../src/testing/marbles.ts'
import { marbleTest } from '../support/marble-test.ts'
import { incoming } from '../support/messages.ts'
import { callId, carol, higherId } from '../support/parties.ts'
import { alerting, connected, ended } from '../support/states.ts'

const devices = Array.from({ length: 20 }, (_, n) => ({ user: 'bob', party: virtualId(n) }))
const resumes = devices.map((from) => incoming('resume', { lastSeq: 7 }, { from }))

/** The messages that pass: `r` is a resume, `7` an acknowledgement of number 7, anything else its type. */
function leftOf(arrived$: Observable<readonly IncomingMessage[]>, call: CallState, env: Env) {
  const calls$ = of(callsView({ ...initialState, call }))
  return limitResumes({ arrived$: arrived$.pipe(mergeMap((messages) => messages)), calls$ }, env).pipe(
    map(({ type, body }) =>
      type === 'resume' ? 'r' : type === 'ack' && 'seq' in body ? `${body.seq}` : type,
    ),
  )
}

describe('limitResumes', () => {
  it(
    'passes 16 resumes at once and 2 a second over all parties, and turns the others into acknowledgements',
    marbleTest(({ cold, env, expectObservable, expectReleased }) => {
      const arrived$ = cold('a 499ms b 499ms c', { a: resumes, b: resumes.slice(18), c: resumes.slice(17) })
      const leave = '        1500ms !'
      const expected = `     (${'r'.repeat(16)}7777) 478ms (r7) 496ms (r77)`
      expectObservable(leftOf(arrived$, alerting, env), leave).toBe(expected)
      expectReleased(arrived$).by(leave)
    }),
  )

  it.each([
    ['another user', { from: carol }],
    ['another call', { callId: higherId }],
  ])('does not count %s', (_, changed) => {
    marbleTest(({ cold, env, expectObservable }) => {
      const others = resumes.map((resume) => ({ ...resume, ...changed }))
      const arrived$ = cold('a', { a: [...others, ...resumes] })
      const expected = `     (${'r'.repeat(20 + 16)}7777)`
      expectObservable(leftOf(arrived$, connected, env)).toBe(expected)
    })()
  })

  it(
    'passes all messages of an ended call, whose other side is a stranger, and everything that is not a resume',
    marbleTest(({ cold, env, expectObservable }) => {
      const ringing = incoming('ringing', {})
      const arrived$ = cold('a', { a: [...resumes, ringing] })
      expectObservable(leftOf(arrived$, { ...ended, callId }, env)).toBe(`(${'r'.repeat(20)}s)`, {
        r: 'r',
        s: 'ringing',
      })
    }),
  )
})
