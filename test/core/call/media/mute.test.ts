import { describe, it } from 'vitest'
import { performLocalMedia } from '../../support/score/local-media.ts'
import { enabled, mediaSymbols, newMicrophone, newPair } from '../../support/score/media-symbols.ts'
import { score } from '../../support/score/score.ts'

const localMedia = score(performLocalMedia, {
  ...mediaSymbols,
  told: {
    c: 'captured audio+video',
    l: 'on camera',
    q: 'audio muted',
    Q: 'audio unmuted',
    v: 'video muted',
    V: 'video unmuted',
    1: 'muted camera',
    2: 'muted muted',
    3: 'on muted',
    4: 'on camera held',
    5: 'on muted held',
  },
})

describe('mute', () => {
  it('disables and enables the tracks of its kind alone, and reports only changes', () => {
    const pair = newPair()
    localMedia(
      {
        begin: '                    b-----------------',
        action: '                   -----q---v---q-Q--',
        captures: { 'audio+video': 'p-----------------' },
        told: '                     (cl)-(q1)(v2)--(Q3)',
        look: '                     ----w---x---y----z',
        see: () => enabled(pair),
      },
      {
        captures: { p: pair },
        look: { w: [true, true], x: [false, true], y: [false, false], z: [true, false] },
      },
    )()
  })

  it('applies to what is captured later, and to the microphone that replaces another', () => {
    const [pair, headset] = [newPair(), newMicrophone()]
    localMedia(
      {
        begin: '           --b--------',
        action: '          q------h---',
        captures: {
          'audio+video': '   -p-------',
          'audio:headset': '      -h--',
        },
        enabled: '         ---x----x--',
        look: '            ----y----z-',
        see: () => [enabled(pair), enabled(headset)],
      },
      {
        captures: { p: pair, h: headset },
        enabled: { x: [false, true] },
        look: { y: [[false, true], [true]], z: [[false, true], [false]] },
      },
    )()
  })

  it('is off at the beginning of a call, even for a stream that an earlier call muted', () => {
    const pair = newPair()
    for (const track of pair.getTracks()) track.enabled = false
    localMedia(
      {
        begin: '                    -b---',
        captures: { 'audio+video': ' -p--' },
        enabled: '                  --x--',
      },
      { captures: { p: pair }, enabled: { x: [true, true] } },
    )()
  })

  it(
    'of the camera is kept while a screen is shared, and each screen begins unmuted',
    localMedia(
      {
        begin: '   v----------------------------',
        action: '  -----v---s-----v---c-----s---',
        captures: {
          video: ['v', '                v'],
          screen: ['        v', '                v'],
        },
        told: '    (cl)-(vm)(Vsx)-(vm)c-----(Vsx)',
      },
      {
        told: {
          c: 'captured video',
          l: 'off camera',
          m: 'off muted',
          s: 'captured screen',
          x: 'off screen',
        },
      },
    ),
  )
})

describe('hold', () => {
  it('disables both kinds, keeps what is muted, and enables the rest afterwards', () => {
    const pair = newPair()
    localMedia(
      {
        begin: '                    b----------------',
        action: '                   -----k--v----K-k-',
        captures: { 'audio+video': 'p----------------' },
        told: '                     (cl)-4--(v5)-3-5-',
        look: '                     ----w--x--y---z-y',
        see: () => enabled(pair),
      },
      {
        captures: { p: pair },
        look: { w: [true, true], x: [false, false], y: [false, false], z: [true, false] },
      },
    )()
  })

  it('applies to what the call begins with, and to what is captured meanwhile', () => {
    const headset = newMicrophone()
    localMedia(
      {
        begin: '           -b------------',
        action: '          k------h--K---',
        captures: {
          'audio+video': '  -p-----------',
          'audio:headset': '      h-----',
        },
        told: '            --(c4)-d--l---',
        look: '            --------x--y--',
        see: () => enabled(headset),
      },
      {
        captures: { h: headset },
        told: { d: 'captured audio:headset+video' },
        look: { x: [false], y: [true] },
      },
    )()
  })
})
