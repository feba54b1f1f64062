import { throwError } from 'rxjs'
import { describe, it } from 'vitest'
import { CallError } from '../../../../src/core/index.ts'
import { performLocalMedia, type LocalMediaLanes } from '../../support/score/local-media.ts'
import {
  enabled,
  live,
  mediaSymbols,
  newCamera,
  newMicrophone,
  newPair,
} from '../../support/score/media-symbols.ts'
import { score } from '../../support/score/score.ts'

const localMedia = score(performLocalMedia, {
  ...mediaSymbols,
  captures: {
    ...mediaSymbols.captures,
    E: new TypeError('broken driver'),
    R: new CallError('screen-refused', 'no'),
    M: new CallError('no-device', 'none'),
  },
  told: {
    p: 'captured audio+video',
    P: 'on camera',
    a: 'captured audio',
    A: 'on off',
    v: 'captured video',
    V: 'off camera',
    s: 'captured screen',
    S: 'off screen',
    n: 'captured ',
    N: 'off off',
    e: 'error no-device',
  },
})

describe('the media that a call begins with', () => {
  it('are captured together, reported, and shown in a single stream', () => {
    const pair = newPair()
    localMedia(
      {
        begin: '                    -b----',
        captures: { 'audio+video': ' --p--' },
        open: { 'audio+video': '    -^----' },
        told: '                     ---(pP)',
        stream: '                   ---p--',
        asked: ['audio+video'],
      },
      { captures: { p: pair }, stream: { p: pair } },
    )()
  })

  it(
    'open nothing when the call has no media',
    localMedia(
      {
        begin: '  -n---',
        told: '   -(nN)',
        stream: ' -n---',
        asked: [],
      },
      { stream: { n: null } },
    ),
  )

  it(
    'ask for the screen before the microphone, and report both together',
    localMedia(
      {
        begin: '    -S-------',
        captures: {
          screen: ' ----v---',
          audio: '  -a------',
        },
        open: {
          screen: ' -^-------',
          audio: '  -^-------',
        },
        told: '     -----(sS)',
        asked: ['screen', 'audio'],
      },
      { told: { s: 'captured audio+screen', S: 'on screen' } },
    ),
  )

  it(
    'fail as a whole when one of the two fails',
    localMedia(
      {
        begin: '    -S-------',
        captures: {
          screen: ' ----R',
          audio: '  -a------',
        },
        open: { screen: '-^---!' },
        told: '     -----u---',
      },
      { told: { u: 'capture-failed screen-refused' } },
    ),
  )

  const failures: [string, string, LocalMediaLanes][] = [
    [
      'a driver throws',
      'capture-failed capture-failed',
      { begin: '-b-----', captures: { 'audio+video': '--E' }, told: '---u---' },
    ],
    [
      'the port refuses at once',
      'capture-failed no-device',
      {
        begin: '-b-----',
        captures: { 'audio+video': throwError(() => new CallError('no-device', 'none')) },
        told: '-u-----',
      },
    ],
    ['the port throws', 'capture-failed capture-failed', { begin: '-b-----', told: '-u-----' }],
  ]
  it.each(failures)('fail with a capture error when %s', (_, u, lanes) => {
    localMedia(lanes, { told: { u } })()
  })

  it(
    'are what was opened, even if that is less than was requested',
    localMedia({
      begin: '                    -b----',
      captures: { 'audio+video': ' -a---' },
      told: '                     --(aA)',
    }),
  )

  it('change by the last wish for each kind that came before they were open', () => {
    const pair = newPair()
    localMedia(
      {
        begin: '                    --b-------',
        action: '                   f--s-oq---',
        captures: { 'audio+video': '  -----p--' },
        open: { 'audio+video': '    --^-------' },
        told: '                     ------q(aA)',
        look: '                     -----------l',
        see: () => [live(pair), enabled(pair)[0]],
        asked: ['audio+video'],
      },
      {
        captures: { p: pair },
        told: { q: 'audio muted', A: 'muted off' },
        look: { l: [['live', 'ended'], false] },
      },
    )()
  })
})

describe('a change of media in mid-call', () => {
  it('shows a new stream when the port replaces the track of a capture', () => {
    const [plain, blurred] = [newCamera(), newCamera()]
    localMedia(
      {
        begin: '   -v------',
        captures: {
          video: '  v---w--',
        },
        open: { video: '-^------' },
        told: '    -(vV)w--',
        stream: '  -v---w--',
        look: '    --------l',
        see: () => live(blurred),
        asked: ['video'],
      },
      {
        captures: { v: plain, w: blurred },
        told: { w: 'captured video' },
        stream: { v: plain, w: blurred },
        look: { l: ['live'] },
      },
    )()
  })

  it('adds a camera to an audio call, and shows both in a new stream', () => {
    const [microphone, camera] = [newMicrophone(), newCamera()]
    localMedia(
      {
        begin: '   -a------------',
        action: '  -----c--------',
        captures: {
          audio: ' -a-----------',
          video: '     ---v-----',
        },
        open: {
          audio: ' -^------------',
          video: ' -----^--------',
        },
        told: '    --(aA)--(pP)--',
        tracks: '  --a-----b-----',
      },
      {
        captures: { a: microphone, v: camera },
        tracks: { a: microphone.getTracks(), b: [...microphone.getTracks(), ...camera.getTracks()] },
      },
    )()
  })

  it('stops a kind that is dropped, and releases the capture when neither kind is sent', () => {
    const pair = newPair()
    localMedia(
      {
        begin: '                    -b-----------',
        action: '                   ----o----x---',
        captures: { 'audio+video': ' p-----------' },
        open: { 'audio+video': '    -^-------!---' },
        tracks: '                   -s--a----n---',
        look: '                     -----l-------',
        see: () => live(pair),
      },
      {
        captures: { p: pair },
        tracks: { s: pair.getTracks(), a: pair.getTracks().slice(0, 1), n: [] },
        look: { l: ['live', 'ended'] },
      },
    )()
  })

  it('sends the old camera or microphone until the new one is live', () => {
    const [pair, camera, headset] = [newPair(), newCamera(), newMicrophone()]
    localMedia(
      {
        begin: '             -b-------------',
        action: '            ---f-----h-----',
        captures: {
          'audio+video': '   p-------------',
          'video:front': '     ---v--------',
          'audio:headset': '         ---a--',
        },
        open: {
          'audio+video': '  -^----------!',
          'video:front': '  ---^-----------',
          'audio:headset': '---------^-----',
        },
        tracks: '            -1----2-----3--',
        look: '              --------------l',
        see: () => live(pair)[1],
      },
      {
        captures: { p: pair, v: camera, a: headset },
        tracks: {
          1: pair.getTracks(),
          2: [pair.getTracks()[0], ...camera.getTracks()],
          3: [...headset.getTracks(), ...camera.getTracks()],
        },
        look: { l: 'ended' },
      },
    )()
  })

  it(
    'releases the camera once the screen is live, and the screen once the camera is live again',
    localMedia({
      begin: '    v-----------------',
      action: '   ---s------c-------',
      captures: {
        video: ['v-----------------', '          --v-----'],
        screen: '    --v------------',
      },
      open: {
        video: [' ^----!', '          ----------^-------'],
        screen: '---^--------!',
      },
      told: '     (vV)-(sS)---(vV)--',
    }),
  )

  it(
    'to the device in use gives up the one that is opening, and a device named later is opened again',
    localMedia(
      {
        begin: '                    F------------',
        action: '                   --c--ms-f-f-f',
        captures: {
          'audio+video:front': '    p------------',
          screen: '                       -----v',
          'video:front': ['                    -v-', '-'],
        },
        open: {
          'audio+video:front': '    ^------------',
          screen: '                 ------^-!',
          'video:front': '          ----------^--',
        },
        told: '                     (pP)-------p-',
        asked: ['audio+video:front', 'screen', 'video:front', 'video:front'],
      },
      { told: { p: 'captured audio+video:front' } },
    ),
  )

  it(
    'to the device in use opens it again once, however often it is named',
    localMedia(
      {
        begin: '                  f------------',
        action: '                 ----f-f------',
        captures: { 'video:front': [' v-----', '        ----v----'] },
        open: { 'video:front': ['     ^-------!', '----^--------'] },
        told: '                   (vV)----v----',
      },
      { told: { v: 'captured video:front' } },
    ),
  )

  it(
    'is replaced by the next for the same kind alone, and a repeated wish asks once',
    localMedia({
      begin: '             a-------------',
      action: '            --fh-f-b------',
      captures: {
        audio: '           a-------------',
        'video:front': '     -------v----',
        'audio:headset': '    -----a-----',
        'video:back': '           ---v---',
      },
      open: {
        audio: '           ^-------!',
        'video:front': '   --^----!',
        'audio:headset': ' ---^----------',
        'video:back': '    -------^------',
      },
      count: '             1-------1-2---',
    }),
  )

  it(
    'is given up when the device is turned off before it is open',
    localMedia({
      begin: '         a--------',
      action: '        --c-o----',
      captures: {
        audio: '       a--------',
        video: '         ----v--',
      },
      open: { video: ' --^-!' },
      told: '          (aA)-----',
    }),
  )

  it(
    'of both kinds opens each separately, so that one may fail',
    localMedia({
      begin: '   n---------',
      action: '  -----w----',
      captures: {
        audio: '      --a--',
        video: '      -M',
      },
      told: '    (nN)--e(aA)',
    }),
  )
})
