import { expect, it } from 'vitest'
import { fakeStream } from '../../src/testing/index.ts'

it('a fake stream can be shown by a video of a simulated page', () => {
  const video = document.createElement('video')
  const stream = fakeStream('camera', ['audio', 'video'])
  video.srcObject = stream
  expect(video.srcObject).toBe(stream)
  expect(stream.id).toBe('camera')
  expect(stream.getTracks().map(({ id }) => id)).toEqual(['camera-audio', 'camera-video'])
})
