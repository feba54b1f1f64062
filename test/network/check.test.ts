import wrtc from '@roamhq/wrtc'
import { lastValueFrom, of, toArray } from 'rxjs'
import { check, formatCheck, type CheckStep } from 'rxcall/check'
import { expect, it } from 'vitest'
import { syntheticMedia } from '../integration/support/synthetic-media.ts'
import { freePort, startTurnServer } from './support/turn-server.ts'

/** The steps of a check in Node, which has a camera and a microphone, but no page. */
async function checked(iceServers: readonly RTCIceServer[]): Promise<readonly CheckStep[]> {
  const synthetic = syntheticMedia()
  const fine = { verdict: 'ok' } as const
  const steps = await lastValueFrom(
    check({
      media: synthetic.port,
      wrtc,
      iceServers,
      probes: {
        secureContext: () => fine,
        permissions: () => of(fine),
        camera: () => of(fine),
        microphone: () => of(fine),
        speaker: () => of(fine),
      },
    }).pipe(toArray()),
    { defaultValue: [] },
  )
  expect(synthetic.live()).toEqual([])
  return steps
}

const found = (steps: readonly CheckStep[], id: string) => steps.findLast((step) => step.id === id)
const server = (port: number, transport: 'udp' | 'tcp', credential = 'p'): RTCIceServer => ({
  urls: `turn:127.0.0.1:${port}?transport=${transport}`,
  username: 'u',
  credential,
})
const advice = (part: string) => expect.stringContaining(part) as unknown

/** Media arrives over the loopback call. */
function expectLoopback(steps: readonly CheckStep[]) {
  expect(found(steps, 'loopback')).toMatchObject({ verdict: 'ok' })
  const { figures = {} } = found(steps, 'loopback') ?? {}
  expect(Number(figures['videoKbps'])).toBeGreaterThan(1)
  expect(Number(figures['audioKbps'])).toBeGreaterThan(1)
  expect(Number(figures['audioLoss'])).toBeLessThan(0.5)
  expect(Number(figures['roundTripMs'])).toBeGreaterThanOrEqual(0)
}

it('makes a loopback call through a TURN server, and reports no address', async () => {
  const { port } = await startTurnServer()
  const steps = await checked([{ urls: `stun:127.0.0.1:${port}` }, server(port, 'udp')])
  // On loopback, a STUN server sees the own address, and other interfaces cannot reach it.
  expect(found(steps, 'stun')?.verdict).toMatch(/ok|warning/)
  expect(found(steps, 'turn-udp')).toMatchObject({ verdict: 'ok' })
  expect(found(steps, 'turn-tcp')).toMatchObject({ verdict: 'skipped' })
  expectLoopback(steps)
  expect(formatCheck(steps)).not.toContain('127.0')
})

it('tells that the TURN server is down', async () => {
  const port = await freePort()
  const steps = await checked([{ urls: `stun:127.0.0.1:${port}` }, server(port, 'udp')])
  expect(found(steps, 'stun')).toMatchObject({ verdict: 'warning', advice: advice('does not answer') })
  expect(found(steps, 'turn-udp')).toMatchObject({ verdict: 'failed', advice: advice('does not answer') })
  expect(found(steps, 'loopback')).toMatchObject({ verdict: 'skipped' })
})

it('tells that the credentials are wrong', async () => {
  const { port } = await startTurnServer()
  const steps = await checked([server(port, 'udp', 'wrong')])
  expect(found(steps, 'turn-udp')).toMatchObject({ verdict: 'failed', advice: advice('credentials') })
})

it('makes a loopback call where only TCP works', async () => {
  const { port } = await startTurnServer(undefined, undefined, 'udp and tcp')
  const steps = await checked([server(await freePort(), 'udp'), server(port, 'tcp')])
  expect(found(steps, 'turn-udp')).toMatchObject({ verdict: 'failed' })
  expect(found(steps, 'turn-tcp')).toMatchObject({ verdict: 'ok' })
  expectLoopback(steps)
})
