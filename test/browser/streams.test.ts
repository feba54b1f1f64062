import { writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { formatDivergence, replay, toMarbles } from 'rxcall/testing'
import { violations } from './support/axe.ts'
import { test } from './support/browser-test.ts'
import { connect, goesOn, isAway, isBack, nothingLeft, sees, write } from './support/steps.ts'
import { openStreams, phasesOf, traceOf } from './support/streams.ts'
import { runTests } from '../testing/support/run-tests.ts'

/**
 * A call recorded by this test, which a unit test replays. After a deliberate change of the core, `UPDATE_FIXTURES=1` writes it again.
 */
const fixture = new URL('../fixtures/chromium-call.jsonl', import.meta.url)

const linesOf = (trace: readonly object[]) => trace.map((entry) => `${JSON.stringify(entry)}\n`).join('')

describe('the streams of a call', () => {
  test('a call of two browsers replays with the same states, and shows neither addresses nor secrets', async ({
    join,
  }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
    await write(alice, bob, 'a secret text')
    await write(bob, alice, 'another one')
    await alice.press('Mute microphone')
    await alice.press('Turn camera off')
    await bob.press('Hang up')
    await Promise.all([alice.status('Call ended: bob hung up'), bob.status('Call ended: you hung up')])
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])

    const traces = [await traceOf(alice), await traceOf(bob)]
    for (const trace of traces) {
      const { divergence, entries } = replay(trace)
      expect(divergence, formatDivergence(divergence)).toBeUndefined()
      expect(phasesOf(trace)).toEqual(expect.arrayContaining(['idle', 'connecting', 'connected', 'ended']))
      expect(entries).toEqual(trace)
    }
    expect(toMarbles(traces)).toContain('alice state')

    const secrets = (await Promise.all([alice, bob].map(({ page }) => secretsOf(page)))).flat()
    for (const kind of ['candidate', 'ice-pwd', 'fingerprint'])
      expect(secrets.map(({ from }) => from)).toContain(kind)
    for (const { from, value } of secrets)
      for (const trace of traces)
        expect(linesOf(trace).toLowerCase().includes(value.toLowerCase()), `${from} ${value}`).toBe(false)
    for (const secret of ['a secret text', 'another one'])
      for (const trace of traces) expect(linesOf(trace)).not.toContain(secret)

    if (process.env.UPDATE_FIXTURES !== undefined) writeFileSync(fixture, linesOf(traces[0] ?? []))
  })

  test('opens and closes by a key, but not while one writes', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    const sheet = alice.page.getByRole('region', { name: 'Streams' })
    await alice.page.keyboard.press('s')
    await sheet.waitFor()
    await alice.page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
    await connect(alice, bob)
    await alice.page.getByRole('textbox', { name: 'Message' }).pressSequentially('yes')
    expect(await sheet.count()).toBe(0)
  })

  test('replays the last call in the real UI, and saves it as a test', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await sees(alice)
    await openStreams(alice)
    expect(await alice.button('Replay').count()).toBe(0)
    expect(await violations(alice.page)).toEqual([])
    await bob.press('Hang up')
    await alice.press('Replay')

    const replay = alice.page.getByRole('dialog', { name: 'Replay of the call' })
    await replay.getByText('Calling bob').or(replay.getByText('Waiting for bob')).first().waitFor()
    await replay.getByRole('button', { name: 'Pause' }).click()
    expect(await violations(alice.page)).toEqual([])
    const time = replay.getByRole('slider', { name: 'Time of the recording' })
    await time.press('End')
    await replay.getByText('Call ended: bob hung up').waitFor()
    await replay.getByRole('button', { name: 'Play', exact: true }).click()
    await replay.getByText('Call ended: bob hung up').waitFor({ state: 'detached' })
    await replay.getByRole('button', { name: 'Pause' }).click()
    await time.press('End')
    await replay.getByText('Call ended: bob hung up').waitFor()
    await replay.getByRole('button', { name: 'Previous event' }).click()
    await replay.getByText('Connected to bob').waitFor()
    await time.press('Home')
    await replay.getByText('Connected to bob').waitFor({ state: 'detached' })

    const downloaded = alice.page.waitForEvent('download')
    await replay.getByRole('button', { name: 'Save as test' }).click()
    const file = await downloaded
    expect(file.suggestedFilename()).toMatch(/^rxcall-[\dT-]+\.test\.ts$/)
    const test = await text(await file.createReadStream())
    expect(test).not.toMatch(/"(alice|bob)"/)
    expect(await runTests({ 'call.test.ts': test })).toMatchObject([{ passed: true, says: '' }])
    await replay.getByRole('button', { name: 'Close' }).click()
    // It is still online, and can be called.
    await connect(bob, alice)
  })

  test('puts faults into a call, which recovers', async ({ join }) => {
    const alice = await join('alice', { path: '/?name=alice&faults' })
    const bob = await join('bob')
    await connect(alice, bob)
    await openStreams(alice)
    await alice.press('Double the next message')
    await alice.press('Drop the relay for 5 s')
    await isAway(alice, goesOn)
    await isBack(alice)
    await alice.press('Lose the path for 8 s (simulated)')
    await alice.status('Reconnecting')
    await alice.status('Connected to bob')
    await sees(alice)
    expect(await bob.button('Streams').count()).toBe(1)
    await openStreams(bob)
    expect(await bob.button(/^Drop the relay/).count()).toBe(0)
  })
})

interface Secret {
  readonly from: 'candidate' | 'ice-pwd' | 'fingerprint'
  readonly value: string
}

/** The parts of the page's descriptions that a recording must not contain. */
async function secretsOf(page: Page): Promise<Secret[]> {
  const sdps = await page.evaluate(() =>
    probe.connections.flatMap(({ localDescription, remoteDescription }) =>
      [localDescription, remoteDescription].map((description) => description?.sdp ?? ''),
    ),
  )
  const all = (from: Secret['from'], pattern: RegExp): Secret[] =>
    sdps.flatMap((sdp) => [...sdp.matchAll(pattern)].map(([, value = '']) => ({ from, value })))
  return [
    ...all('candidate', /^a=candidate:\S+ \d+ \S+ \d+ (\S+)/gm),
    ...all('ice-pwd', /^a=ice-pwd:(\S+)/gm),
    ...all('fingerprint', /^a=fingerprint:\S+ (\S+)/gm),
  ]
}
