import { expect, it } from 'vitest'
import { sentStream } from '../../../../src/core/call/media/hold.ts'
import type { MediaStatus } from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'

const localStream = fakeStream('local', ['audio', 'video'])
const status = (held: boolean): MediaStatus => ({ audio: 'on', video: 'camera', held })

it.each([
  ['the local stream if neither side has said anything', null, null, localStream],
  ['the local stream if neither side holds the call', status(false), status(false), localStream],
  ['nothing while this side holds the call', status(true), status(false), null],
  ['nothing while the other side holds the call', status(false), status(true), null],
  ['nothing while both sides hold the call', status(true), status(true), null],
])('sends %s', (_, localMedia, remoteMedia, sent) => {
  expect(sentStream({ localStream, localMedia, remoteMedia })).toBe(sent)
})

it('sends nothing without a local stream', () => {
  expect(sentStream({ localStream: null, localMedia: status(false), remoteMedia: null })).toBeNull()
})
