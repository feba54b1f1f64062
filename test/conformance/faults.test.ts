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
import { faults } from './faults.ts'
import { moving, sounding } from './media.ts'

const { webRtc, connections } = watchConnections(wrtc)
const native = nativePeer({ wrtc: webRtc })
/** Milliseconds after which a case that a fault has made wait has found it. */
const foundWithinMs = 4000

const sideWith = (port: PeerPort): ConformanceSide => ({
  platform: { name: 'Node.js' },
  agent: conformanceAgent({
    port,
    connections,
    newTrack: (kind, picture) => (kind === 'audio' ? sounding() : moving(picture)),
    newStream: (tracks) => new wrtc.MediaStream(tracks),
  }),
})

const caseNamed = (name: string) => {
  const found = conformanceCases.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no case is called ${name}`)
  return found
}

describe.each(faults)('an adapter that $name', ({ into, foundBy }) => {
  it.each(foundBy)('is found by: %s', async (name) => {
    const each = { ...caseNamed(name), withinMs: foundWithinMs }
    const sides = { offerer: sideWith(into(native)), answerer: sideWith(into(native)) }
    await expect(runConformanceCase(each, sides)).rejects.toThrow()
  })
})

it.each([...new Set(faults.flatMap(({ foundBy }) => foundBy))])('without a fault holds: %s', async (name) => {
  const sides = { offerer: sideWith(native), answerer: sideWith(simplePeer({ wrtc: webRtc })) }
  await runConformanceCase(caseNamed(name), sides)
})
