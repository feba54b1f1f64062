import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import wrtc from '@roamhq/wrtc'
import { describe, expect, it } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import type { PeerPort } from '../../src/core/index.ts'
import {
  conformanceAgent,
  conformanceCases,
  runConformanceCase,
  watchConnections,
  type ConformanceSide,
} from '../../src/testing/index.ts'
import { newPath } from '../../scripts/conformance/path.js'
import { faults, pathFaults, unproved } from './support/faults.ts'
import { moving, sounding } from './support/media.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const { webRtc, connections } = watchConnections(wrtc)
const native = nativePeer({ wrtc: webRtc })
const noMoreMemory = 'makes 200 calls in a row without more memory'
/** Milliseconds after which a case that a fault has made wait has found it: more than it takes where there is none. */
const foundWithinMs = (name: string): number => (name.includes('twenty overlapping changes') ? 15_000 : 4_000)

const sideWith = (port: PeerPort): ConformanceSide => ({
  platform: { name: 'Node.js', fewerCalls: { calls: 40, because: 'a fault shows sooner' } },
  agent: conformanceAgent({
    port,
    connections,
    newTrack: (kind, picture) => (kind === 'audio' ? sounding() : moving(picture)),
    newStream: (tracks) => new wrtc.MediaStream(tracks),
    usedMemory: async () => {
      // A connection that was looked at is held until the task ends.
      await setImmediate()
      collectGarbage()
      return process.memoryUsage().heapUsed
    },
  }),
})

const caseNamed = (name: string) => {
  const found = conformanceCases.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no case is called ${name}`)
  return found
}

describe.each(faults)('an adapter that $name', ({ into, foundBy }) => {
  it.each(foundBy)('is found by: %s', async (name) => {
    const each = { ...caseNamed(name), withinMs: foundWithinMs(name) }
    const sides = { offerer: sideWith(into(native)), answerer: sideWith(into(native)) }
    await expect(runConformanceCase(each, sides)).rejects.toThrow()
  })
})

describe.each(pathFaults)('an adapter that $name', ({ into, foundBy }) => {
  it.each(foundBy)('is found by: %s', async (name, complaint) => {
    const sides = { offerer: sideWith(into(native)), answerer: sideWith(into(native)), newPath }
    await expect(runConformanceCase(caseNamed(name), sides)).rejects.toThrow(complaint)
  })
})

const needed = new Set([
  ...faults.flatMap(({ foundBy }) => foundBy),
  ...pathFaults.flatMap(({ foundBy }) => foundBy.map(([name]) => name)),
  noMoreMemory,
])

it('each case that Node can run has a fault that it finds', () => {
  const names = conformanceCases.map(({ name }) => name)
  expect(names.filter((name) => !needed.has(name))).toEqual(unproved)
})

it.each([...needed])('accepts an adapter without a fault: %s', async (name) => {
  const sides = { offerer: sideWith(native), answerer: sideWith(simplePeer({ wrtc: webRtc })), newPath }
  await runConformanceCase(caseNamed(name), sides)
})

it('finds an adapter that keeps each closed connection in memory', async () => {
  const kept: RTCPeerConnection[] = []
  class KeptPeerConnection extends webRtc.RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      kept.push(this)
    }
  }
  const keeping = nativePeer({ wrtc: { ...webRtc, RTCPeerConnection: KeptPeerConnection } })
  const sides = { offerer: sideWith(keeping), answerer: sideWith(keeping) }
  const running = runConformanceCase(caseNamed(noMoreMemory), sides)
  await expect(running).rejects.toThrow(/connections of 30 calls that are over are still held/)
  expect(kept.length).toBe(80)
})
