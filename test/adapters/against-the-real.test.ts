import { describe, expect, it, onTestFinished } from 'vitest'
import { runScript } from './support/real/connection-script.ts'
import { realWorld, virtualWorld } from './support/real/connections.ts'
import { expectSoon } from './support/real/lanes.ts'
import { realPort, runPorts, virtualPort } from './support/real/port-script.ts'
import { commandScripts, orderScripts, portScripts } from './support/real/port-scripts.ts'

/**
 * These behaviours of libwebrtc in Node are left out, because there is nothing to compare the fake with:
 * - It has no implicit rollback, and no `setLocalDescription` without a description. It cannot roll back a local offer
 *   that was made with `setLocalDescription`.
 * - It makes an offer in `have-remote-offer`. It accepts candidates of another generation or of no section, and drops
 *   them.
 * - An operation that `close` overtakes still settles, and a candidate after `close` never does.
 * - It fires no `removetrack`. Its peers notice only by the data channel that the other one has gone.
 */
const scripts: Record<string, readonly string[]> = {
  'a call with tracks both ways': [
    'a adds audio',
    'a adds video',
    'a channel',
    'b adds audio',
    'b adds video',
    'a awaits needed',
    'b awaits needed',
    'a meets b',
    'a candidates b',
    'b candidates a',
    'a awaits data-open',
    'b awaits data-open',
    'a sends hello',
    'b awaits hello',
    'b sends hello',
    'a awaits hello',
  ],
  'candidates of one side alone': [
    'a channel',
    'a awaits needed',
    'a meets b',
    'b candidates a',
    'a awaits data-open',
    'b awaits data-open',
  ],
  'candidates that are in the offer itself': [
    'a channel',
    'a awaits needed',
    'a makes offer',
    'a awaits complete',
    'a meets b',
    'a awaits data-open',
    'b awaits data-open',
  ],
  'candidates that nobody gives': ['a channel', 'a awaits needed', 'a meets b'],
  'tracks of the answerer alone, asked for by the offer': [
    'a receives audio',
    'b adds audio',
    'a awaits needed',
    'b awaits needed',
    'a meets b',
    'a candidates b',
    'a awaits connected',
    'b awaits connected',
  ],
  'a track of the answerer that the offer has no section for': [
    'a channel',
    'b adds video',
    'a awaits needed',
    'b awaits needed',
    'a meets b',
    'b candidates a',
    'b awaits data-open',
    'b meets a',
  ],
  'a track that is added later': [
    'a channel',
    'a awaits needed',
    'a meets b',
    'b candidates a',
    'b awaits data-open',
    'b adds video',
    'b meets a',
    'a awaits video',
  ],
  'a track that is replaced': [
    'a adds audio',
    'a awaits needed',
    'a replaces audio>audio',
    'a replaces audio>video',
    'a meets b',
    'b candidates a',
    'b awaits connected',
    'a replaces audio>audio',
  ],
  'a restart of ICE': [
    'a channel',
    'a awaits needed',
    'a meets b',
    'b candidates a',
    'b awaits data-open',
    'a awaits data-open',
    'a restarts',
    'a meets b',
    'b candidates a',
    'a sends again',
    'b awaits again',
  ],
  'a restart that is asked for too early': [
    'a channel',
    'a awaits needed',
    'a restarts',
    'a meets b',
    'b candidates a',
    'b awaits data-open',
  ],
  'the other side closing': [
    'a channel',
    'a awaits needed',
    'a meets b',
    'b candidates a',
    'a awaits data-open',
    'b awaits data-open',
    'a closes',
    'b awaits data-closed',
    'b sends late',
  ],
  'an answer where no offer waits': [
    'a channel',
    'b channel',
    'a awaits needed',
    'b awaits needed',
    'a makes offer',
    'b remote a.offer',
    'b makes answer',
    'c remote b.answer',
    'b remote b.answer',
    'a remote b.answer',
  ],
  'an answer that comes twice': ['a channel', 'a awaits needed', 'a meets b', 'a remote b.answer'],
  'an offer that comes twice': [
    'a channel',
    'a awaits needed',
    'a makes offer',
    'b remote a.offer',
    'b remote a.offer',
    'b makes answer',
    'b remote a.offer',
    'b makes answer',
    'a remote b.answer',
    'a candidates b',
    'a awaits data-open',
    'b awaits data-open',
  ],
  'an offer that is set twice': [
    'a channel',
    'a awaits needed',
    'a creates offer',
    'a local a.offer',
    'a local a.offer',
  ],
  'an answer to another offer, with other sections': [
    'a channel',
    'b adds video',
    'a awaits needed',
    'b awaits needed',
    'a makes offer',
    'b makes offer',
    'c remote a.offer',
    'c makes answer',
    'b remote c.answer',
    'a remote c.answer',
  ],
  'an answer to another offer of the same shape, which never connects': [
    'a channel',
    'b channel',
    'a awaits needed',
    'b awaits needed',
    'a makes offer',
    'b makes offer',
    'c remote a.offer',
    'c makes answer',
    'b remote c.answer',
    'b candidates c',
  ],
  'the same answer as an offer of its own': [
    'a channel',
    'a awaits needed',
    'a makes offer',
    'a local b.answer',
    'a creates answer',
  ],
  'an answer before an offer': ['a channel', 'a awaits needed', 'a creates answer'],
  'a local offer and a remote one at once': [
    'a channel',
    'b channel',
    'a awaits needed',
    'b awaits needed',
    'a makes offer',
    'a creates offer',
    'b remote a.offer',
    'b local a.offer',
    'b remote a.answer',
  ],
  'a remote offer that is taken back': [
    'a adds audio',
    'b channel',
    'a awaits needed',
    'b awaits needed',
    'a makes offer',
    'b remote a.offer',
    'b awaits audio',
    'b remote rollback',
    'b makes offer',
  ],
  'a remote offer in place of another': [
    'a channel',
    'a awaits needed',
    'c channel',
    'c awaits needed',
    'a makes offer',
    'c makes offer',
    'b remote a.offer',
    'b remote c.offer',
    'b makes answer',
    'c remote b.answer',
    'b candidates c',
    'b awaits data-open',
  ],
  'a local offer that the other setter takes back': [
    'a channel',
    'a awaits needed',
    'a makes offer',
    'a awaits complete',
    'a remote rollback',
  ],
  'an offer that is none': ['a channel', 'a awaits needed', 'a remote nonsense'],
  'candidates before a description': [
    'a candidate good',
    'a channel',
    'a awaits needed',
    'a makes offer',
    'a candidate good',
  ],
  'candidates of all sorts': [
    'a channel',
    'a awaits needed',
    'a makes offer',
    'b remote a.offer',
    'b candidate good',
    'b candidate of-no-known-section',
    'b candidate nonsense',
    'b candidate empty',
    'b candidate end',
    'b makes answer',
    'b candidate good',
    'b candidate of-no-known-section',
  ],
  'text before the channel is open': [
    'a channel',
    'a awaits needed',
    'a sends early',
    'a meets b',
    'a sends early',
  ],
  'an operation after close in stable': [
    'a channel',
    'a awaits needed',
    'a creates offer',
    'b channel',
    'b awaits needed',
    'b makes offer',
    'a closes',
    'a creates offer',
    'a creates answer',
    'a local a.offer',
    'a remote b.offer',
    'a channel',
    'a closes',
  ],
  'close while an offer waits': [
    'a channel',
    'a awaits needed',
    'a makes offer',
    'b remote a.offer',
    'a awaits complete',
    'a closes',
    'b closes',
    'a remote a.offer',
    'b creates answer',
  ],
}

describe('a virtual connection does what one of libwebrtc does', () => {
  it.each(Object.entries(scripts))('%s', async (_name, script) => {
    const virtual = virtualWorld()
    const fake = await runScript(virtual, script)
    await virtual.settle()
    const world = realWorld()
    onTestFinished(world.close)
    const real = await runScript(world, script)
    expect(real.outcomes).toEqual(fake.outcomes)
    await expectSoon(real.lanes, fake.lanes())
  })
})

describe('a virtual peer does what the simple-peer adapter does', () => {
  it.each(Object.entries({ ...portScripts, ...commandScripts, ...orderScripts }))(
    '%s',
    async (_name, script) => {
      const fake = await runPorts(virtualPort('port'), script)
      const world = realPort('adapter')
      onTestFinished(world.close)
      const real = await runPorts(world, script)
      await expectSoon(real, fake())
    },
  )
})

describe.each([
  ['a virtual peer', 'port'],
  ['one like it', 'nativeLike'],
] as const)('%s does what the native adapter does', (_kind, fakePort) => {
  it.each(Object.entries({ ...commandScripts, ...orderScripts }))('%s', async (_name, script) => {
    const fake = await runPorts(virtualPort(fakePort), script)
    const world = realPort('native')
    onTestFinished(world.close)
    const real = await runPorts(world, script)
    await expectSoon(real, fake())
  })
})
