import type { CallAction, MediaRequest } from '../../../../src/core/index.ts'
import { fakeStream } from '../../../../src/testing/fake-stream.ts'
import { streamOf } from '../media.ts'

const change = (wish: Partial<MediaRequest>): CallAction => ({ type: 'media', change: wish })
const mute = (kind: 'audio' | 'video', muted: boolean): CallAction => ({ type: 'mute', kind, muted })

export const newCamera = () => fakeStream('video', ['video'])
export const newMicrophone = () => fakeStream('audio', ['audio'])
export const newPair = () => fakeStream('audio+video', ['audio', 'video'])
export const live = (stream: MediaStream) => stream.getTracks().map(({ readyState }) => readyState)
export const enabled = (stream: MediaStream) => stream.getTracks().map((track) => track.enabled)

/** The default meaning of the symbols of local media. Each use makes a new stream. */
export const mediaSymbols = {
  begin: {
    b: { audio: true, video: true },
    a: { audio: true, video: false },
    v: { audio: false, video: true },
    s: { audio: false, video: 'screen' },
    S: { audio: true, video: 'screen' },
    f: { audio: false, video: { deviceId: 'front' } },
    F: { audio: true, video: { deviceId: 'front' } },
    h: { audio: { deviceId: 'headset' }, video: false },
    n: { audio: false, video: false },
  },
  action: {
    s: change({ video: 'screen' }),
    c: change({ video: true }),
    f: change({ video: { deviceId: 'front' } }),
    b: change({ video: { deviceId: 'back' } }),
    o: change({ video: false }),
    m: change({ audio: true }),
    h: change({ audio: { deviceId: 'headset' } }),
    d: change({ audio: { deviceId: 'desk' } }),
    x: change({ audio: false }),
    w: change({ audio: true, video: true }),
    q: mute('audio', true),
    Q: mute('audio', false),
    v: mute('video', true),
    V: mute('video', false),
    k: { type: 'hold', held: true },
    K: { type: 'hold', held: false },
  },
  captures: { v: newCamera, a: newMicrophone, p: newPair, n: () => streamOf() },
  errors: { d: 'error device-lost' },
  count: { 0: '0', 1: '1', 2: '2' },
}
