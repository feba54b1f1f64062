import { describe, expect, it } from 'vitest'
import type { CallEvent, MediaStatus } from '../../../src/core/index.ts'
import { fakeStream } from '../../../src/testing/index.ts'
import { alice, connected, connecting } from './support/call-events.ts'
import { watched } from './support/watched.ts'

const something: CallEvent = { type: 'roster', users: [] }
const status: MediaStatus = { audio: 'on', video: 'camera', held: false }

describe('stops-unsent-tracks', () => {
  it('reports a live track that is no longer sent', () => {
    const world = watched()
    const localStream = fakeStream('s', ['audio'])
    world.alice.sees(something, connecting, { localStream, localMedia: status })
    world.alice.holds.liveTracks = 2
    world.alice.rests()
    expect(world.broken()).toContain('stops-unsent-tracks: 2 live tracks, and 1 of them')
  })

  it('accepts live tracks before the call has its first media', () => {
    const world = watched()
    world.alice.sees(something, connecting)
    world.alice.holds.liveTracks = 1
    world.alice.rests()
    expect(world.broken()).toBeUndefined()
  })
})

describe('hold-stops-sending', () => {
  const localStream = fakeStream('s', ['audio', 'video'])
  const [audio, video] = localStream.getTracks() as [MediaStreamTrack, MediaStreamTrack]
  const held: MediaStatus = { ...status, held: true }
  const sends = (tracks: MediaStreamTrack[], local: MediaStatus, remote: MediaStatus) => {
    const world = watched()
    for (const track of localStream.getTracks()) track.enabled = !local.held && !remote.held
    world.alice.holds.liveTracks = 2
    world.alice.holds.sentTracks = tracks
    world.alice.sees(something, connecting, { localStream, localMedia: local, remoteMedia: remote })
    if (local.held) world.alice.sees({ type: 'action', action: { type: 'hold', held: true } })
    world.alice.rests()
    return world.broken() ?? ''
  }

  it('reports a held side that sends, and a silent side that nobody holds', () => {
    expect(sends([audio, video], status, held)).toContain(
      'hold-stops-sending: sends s-audio and s-video on hold',
    )
    expect(sends([video], held, status)).toContain('hold-stops-sending')
    expect(sends([audio], status, status)).toContain('but should send s-audio and s-video')
    expect(sends([audio, video], status, status)).not.toContain('hold-stops-sending')
    expect(sends([], status, held)).not.toContain('hold-stops-sending')
    expect(sends([], held, held)).not.toContain('hold-stops-sending')
  })
})

describe('media-status-agrees', () => {
  const told = (remoteMedia: MediaStatus, settles: boolean) => {
    const world = watched({ settles })
    world.alice.sees(something, connected, { remoteMedia, localMedia: status })
    world.bob.sees(
      something,
      { ...connected, role: 'callee', remote: alice },
      { remoteMedia: status, localMedia: status },
    )
    world.over()
    return world.broken() ?? ''
  }

  it('reports remote media that the other side does not send once everything settled', () => {
    expect(told({ ...status, video: 'screen' }, true)).toContain('media-status-agrees: believes')
    expect(told({ ...status, video: 'screen' }, false)).not.toContain('media-status-agrees')
    expect(told(status, true)).not.toContain('media-status-agrees')
  })
})
