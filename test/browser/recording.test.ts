import { writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { formatDivergence, parseTrace, replay, toMarbles } from 'rxcall/testing'
import { test } from './support/browser-test.ts'
import { phasesOf, record, saved } from './support/recordings.ts'
import { connect, nothingLeft, sees, write } from './support/steps.ts'

/**
 * A call recorded by this test, which a unit test replays. After a deliberate change of the core, `UPDATE_FIXTURES=1` writes it again.
 */
const fixture = new URL('../fixtures/chromium-call.jsonl', import.meta.url)

describe('recording', () => {
  test('a call of two browsers replays with the same states, and shows neither addresses nor secrets', async ({
    join,
  }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    for (const user of [alice, bob]) await record(user)
    await connect(alice, bob)
    for (const { page } of [alice, bob]) await page.getByText('Recording', { exact: true }).waitFor()
    await Promise.all([sees(alice), sees(bob)])
    await write(alice, bob, 'a secret text')
    await write(bob, alice, 'another one')
    await alice.press('Mute microphone')
    await alice.press('Turn camera off')
    await bob.press('Hang up')
    await Promise.all([alice.status('Call ended: bob hung up'), bob.status('Call ended: you hung up')])
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])

    const traces = [await saved(alice), await saved(bob)]
    for (const trace of traces) {
      const { divergence, entries } = replay(trace)
      expect(divergence, formatDivergence(divergence)).toBeUndefined()
      expect(phasesOf(trace)).toEqual(expect.arrayContaining(['idle', 'connecting', 'connected', 'ended']))
      expect(entries).toEqual(parseTrace(trace))
    }
    expect(toMarbles(traces)).toContain('alice state')

    const secrets = (await Promise.all([alice, bob].map(({ page }) => secretsOf(page)))).flat()
    for (const kind of ['candidate', 'ice-pwd', 'fingerprint'])
      expect(secrets.map(({ from }) => from)).toContain(kind)
    for (const { from, value } of secrets)
      for (const trace of traces)
        expect(trace.toLowerCase().includes(value.toLowerCase()), `${from} ${value}`).toBe(false)
    for (const text of ['a secret text', 'another one'])
      for (const trace of traces) expect(trace).not.toContain(text)

    if (process.env.UPDATE_FIXTURES !== undefined) writeFileSync(fixture, traces[0] ?? '')
  })

  test('records nothing unless it is turned on, and can be turned off', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    expect(await alice.page.getByText('Recording', { exact: true }).count()).toBe(0)
    await alice.press('Hang up')
    await bob.status('Call ended')
    expect(await alice.button('Download recording').count()).toBe(0)

    await record(alice)
    await connect(alice, bob)
    await bob.press('Hang up')
    await alice.status('Call ended')
    const before = await saved(alice)
    await alice.page.getByRole('switch', { name: 'Record calls' }).uncheck()
    await connect(alice, bob)
    expect(await alice.page.getByText('Recording', { exact: true }).count()).toBe(0)
    await bob.press('Hang up')
    await alice.status('Call ended')
    expect(phasesOf(await saved(alice))).toEqual(phasesOf(before))
  })

  test('keeps the focus, and the user online', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await bob.button('Call alice').waitFor()
    const flicker = bob.page.evaluate(
      () =>
        new Promise<boolean>((resolve) => {
          const call = document.querySelector('button[aria-label="Call alice"]')
          const observer = new MutationObserver(() => {
            if (!call?.isConnected) resolve(true)
          })
          observer.observe(document.body, { childList: true, subtree: true })
          document.addEventListener('recorded', () => resolve(false))
        }),
    )
    await record(alice)

    await bob.page.evaluate(() => document.dispatchEvent(new Event('recorded')))
    expect(await flicker).toBe(false)
    expect(await alice.page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('switch')
    await connect(bob, alice)
    await alice.page.getByText('Recording', { exact: true }).waitFor()
    await bob.press('Hang up')
    await alice.button('Download recording').waitFor()
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
