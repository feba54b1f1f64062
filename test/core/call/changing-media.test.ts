import { describe, it } from 'vitest'
import { fakeStream } from '../../../src/testing/fake-stream.ts'
import { audioAndVideo as media, audioOnly, callId } from '../support/parties.ts'
import { callSymbols, streams } from '../support/score/call-symbols.ts'
import { performCall } from '../support/score/call.ts'
import { score } from '../support/score/score.ts'

const { s } = streams
const screen = fakeStream('video', ['video'])
const remoteStatus = { audio: 'muted', video: 'screen', held: true }
const localStatus = (video: string) => ({
  type: 'send',
  data: JSON.stringify({ type: 'media', audio: 'on', video, held: false }),
})
const track = (kind: 'audio' | 'video', of: MediaStream) => ({
  type: 'track',
  kind,
  track: of.getTracks().find((each) => each.kind === kind),
})

const changing = score(performCall, {
  ...callSymbols,
  capture: { s, a: streams.a, S: screen },
  peer: {
    ...callSymbols.peer,
    m: { type: 'data', data: JSON.stringify({ type: 'media', ...remoteStatus }) },
  },
  command: { c: localStatus('camera'), s: localStatus('screen') },
  track: { a: track('audio', s), v: track('video', s), s: track('video', screen) },
  video: { t: true, f: false },
  remoteMedia: { m: { type: 'remote-media', callId, media: remoteStatus } },
})

describe('a call whose media changes', () => {
  it(
    'sends the screen and reports it to the other side, also over a new peer connection',
    changing({
      user: '       -d--------s-----------h-',
      remote: '     ---a--------------------',
      capture: ['    s', '        --S'],
      captureOpen: ['-^--------------------!-', '----------^-----------!-'],
      peer: ['       ---y-q---------X', '   --yq'],
      command: '    ------c-----s------s----',
      track: '      -(av)-------s-----------',
      asked: [media, { audio: false, video: 'screen' }],
      openedWith: [undefined, [...s.getTracks().slice(0, 1), ...screen.getTracks()]],
    }),
  )

  it(
    'keeps its video in the state until the end, and releases devices that are granted later',
    changing(
      {
        user: '       -d----o----s--h----',
        remote: '     ---a---------------',
        capture: ['    s', '         ------S'],
        captureOpen: ['-^------------!', '-----------^--!'],
        peer: '        --y',
        video: '      -t----f------------',
      },
      { capture: { s: fakeStream('audio+video', ['audio', 'video']), S: fakeStream('video', ['video']) } },
    ),
  )

  it(
    'opens on accepting the media that the user requested while it rang',
    changing({
      user: '   ---o--a-----',
      remote: ' -i---------x',
      capture: '      a',
      peer: '         -',
      phase: '  -R----K----E',
      command: '------------',
      asked: [audioOnly],
    }),
  )

  it(
    'reports the media of the other side',
    changing({
      user: '       -d-------h-',
      remote: '     ---a-------',
      capture: '     s',
      peer: '        ---qm',
      remoteMedia: '-----m-----',
    }),
  )
})
