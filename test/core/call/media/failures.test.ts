import { describe, it } from 'vitest'
import { CallError, type CallErrorCode } from '../../../../src/core/index.ts'
import { streamOf } from '../../support/media.ts'
import { performLocalMedia } from '../../support/score/local-media.ts'
import { live, mediaSymbols, newPair } from '../../support/score/media-symbols.ts'
import { score } from '../../support/score/score.ts'

const localMedia = score(performLocalMedia, {
  ...mediaSymbols,
  captures: {
    ...mediaSymbols.captures,
    U: new CallError('device-in-use', 'another program has it'),
    R: new CallError('screen-refused', 'no'),
    M: new CallError('no-device', 'none'),
  },
  told: {
    v: 'captured video',
    V: 'off camera',
    f: 'captured video:front',
    b: 'captured video:back',
    o: 'off opening',
    s: 'captured screen',
    S: 'off screen',
    n: 'captured ',
    N: 'off off',
    u: 'error device-in-use',
    m: 'error no-device',
    r: 'error screen-refused',
    c: 'error capture-failed',
    d: 'error device-lost',
  },
})
const refusals: readonly CallErrorCode[] = [
  'permission-denied',
  'no-device',
  'capture-failed',
  'screen-refused',
]

describe('a wish that fails', () => {
  it.each(refusals)('changes nothing and is reported: %s', (code) => {
    localMedia(
      {
        begin: '         v-----------',
        action: '        ------s--s--',
        captures: {
          video: '       v-----------',
          screen: [' -E', '  -E'],
        },
        open: { video: ' ^-----------' },
        told: '          (vV)---e--e-',
      },
      { captures: { E: new CallError(code, 'no') }, told: { e: `error ${code}` } },
    )()
  })

  it(
    'for another screen keeps the one that is shared, and the camera to return to',
    localMedia({
      begin: '     v------------------',
      action: '    ----s-----s--------',
      captures: {
        video: ['  v------------------', '            v----'],
        screen: ['     v---------n----', '       -R'],
      },
      open: {
        video: ['  ^---!', '--------------^----'],
        screen: [' ----^---------!', '----------^!'],
      },
      told: '      (vV)(sS)---r--(vovV)',
    }),
  )

  it(
    'opens a device that lacks a track of the kind',
    localMedia({
      begin: '          v--------',
      action: '         ----f----',
      captures: {
        video: '        v--------',
        'video:front': '    -a   ',
      },
      open: { 'video:front': '----^!' },
      told: '           (vV)-c---',
    }),
  )
})

describe('a second camera that cannot be opened beside the first', () => {
  it(
    'is opened in its place',
    localMedia({
      begin: '            v--------------',
      action: '           ----f----------',
      captures: {
        video: '          v--------------',
        'video:front': ['     -U', '  -----v'],
      },
      open: {
        video: '          ^----!',
        'video:front': [' ----^!', '-----^---------'],
      },
      told: '             (vV)-(fo)-(fV) ',
    }),
  )

  it(
    'leads back to the first one and an error when it cannot replace it either',
    localMedia({
      begin: '            v--------------',
      action: '           ----f----------',
      captures: {
        video: ['         v--------------', '-----v'],
        'video:front': ['     -U', '   ----U'],
      },
      open: {
        video: ['         ^----!', '   ---------^-----'],
        'video:front': [' ----^!', '   -----^---!'],
      },
      told: '             (vV)-(fo)(vu)-(vV)',
    }),
  )

  it(
    'leaves the video off when the first one cannot be opened again either',
    localMedia({
      begin: '            v------------',
      action: '           ----f--------',
      captures: {
        video: ['         v------------', '----M'],
        'video:front': ['     -U', '     ----U'],
      },
      open: { video: [' ^----!', '           ---------^---!'] },
      told: '             (vV)-(fo)(vu)(nNm)',
    }),
  )

  it(
    'is given up for a later wish, and the first one returns when that fails too',
    localMedia({
      begin: '            v------------------',
      action: '           ----f-----b--------',
      captures: {
        video: ['         v------------------', '----v'],
        'video:front': ['     -U', '           --------v'],
        'video:back': '             -M',
      },
      open: {
        video: ['         ^----!', '       -----------^-------'],
        'video:front': [' ----^!', '       -----^----!'],
      },
      told: '             (vV)-(fo)-b(vm)(vV)',
    }),
  )

  it(
    'is reported and changes nothing while the screen is shared',
    localMedia({
      begin: '          s---------',
      action: '         ----c-----',
      captures: {
        screen: '       v---------',
        video: '            -U    ',
      },
      open: { screen: ' ^---------' },
      told: '           (sS)-u----',
    }),
  )
})

describe('a screen that the user stops sharing', () => {
  it(
    'is replaced by the camera that was sent before, unless that is gone',
    localMedia({
      begin: '             f----------------------',
      action: '            -----s----------s------',
      captures: {
        'video:front': [' v----------------------', '--v-----------', '-M'],
        screen: ['           v---n------', '            v--n'],
      },
      open: {
        'video:front': [' ^----!', '   ---------^------!', ' -------------------^!'],
        screen: '            -----^---!',
      },
      count: '             1----1---0-1----1--0---',
    }),
  )

  it(
    'opens the camera again, even if the user requests it meanwhile',
    localMedia({
      begin: '    v-----------------',
      action: '   ----s-----c-------',
      captures: {
        video: [' v-----------------', '-----v'],
        screen: '     v---n         ',
      },
      open: { video: ['^---!', '           --------^---------'] },
      told: '     (vV)(sS)(vo)-(vV) ',
    }),
  )

  it(
    'leaves the video off if none was sent before',
    localMedia(
      {
        begin: '    a------------',
        action: '   ----s--------',
        captures: {
          audio: '  a------------',
          screen: '     v----n   ',
        },
        open: {
          audio: '  ^------------',
          screen: ' ----^----!',
        },
        told: '     (aA)(sS)-(aA)',
      },
      {
        told: { a: 'captured audio', A: 'on off', s: 'captured audio+screen', S: 'on screen' },
      },
    ),
  )

  it(
    'is noticed while another camera opens, and the earlier camera returns when that one fails',
    localMedia({
      begin: '           v-------------------',
      action: '          ----s----f----------',
      captures: {
        video: ['        v-------------------', '----v '],
        screen: '            v-----n         ',
        'video:front': '          -----M     ',
      },
      open: {
        video: ['        ^---!', '      --------------^-----'],
        screen: '        ----^-----!',
      },
      told: '            (vV)(sS)--(fo)(vm)(vV)',
    }),
  )
})

describe('a device that is pulled out', () => {
  it('is off and reported, and the other kind of its capture continues', () => {
    const pair = newPair()
    const left = streamOf(...pair.getTracks().slice(0, 1))
    localMedia(
      {
        begin: '                    b-----------',
        action: '                   ------------',
        captures: { 'audio+video': 'p-----l-----' },
        open: { 'audio+video': '    ^-----------' },
        told: '                     (pP)--(lLd) ',
        stream: '                   p-----l-----',
        look: '                     -----------l',
        see: () => live(pair)[0],
      },
      {
        captures: { p: pair, l: left },
        stream: { p: pair, l: left },
        told: { p: 'captured audio+video', P: 'on camera', l: 'captured audio', L: 'on off' },
        look: { l: 'live' },
      },
    )()
  })

  it(
    'while another one is opened is part of that change, because phones open one camera at a time',
    localMedia({
      begin: '           v--------------',
      action: '          -----f---------',
      captures: {
        video: '         v-----n        ',
        'video:front': '     ------v   ',
      },
      open: {
        video: '         ^-----!',
        'video:front': ' -----^---------',
      },
      told: '            (vV)--(fo)-(fV)',
    }),
  )

  it(
    'while another one is opened returns if that one fails',
    localMedia({
      begin: '          v-----------------',
      action: '         -----f------------',
      captures: {
        video: ['       v-----n           ', '----v'],
        'video:front': '     -----M',
      },
      open: { video: [' ^-----!', '    ----------^-------'] },
      told: '           (vV)--(fo)(vm)(vV)',
    }),
  )

  it(
    'while a screen is chosen is off and reported, because a screen does not replace a camera',
    localMedia({
      begin: '    v--------------',
      action: '   -----s---------',
      captures: {
        video: '  v-----n        ',
        screen: '      ------v   ',
      },
      told: '     (vV)--(nNd)(sS)',
    }),
  )
})

it(
  'local media releases everything that is open or opening when unsubscribed',
  localMedia(
    {
      begin: '            b--------',
      action: '           ----s----',
      captures: {
        'audio+video': '  p--------',
        screen: '             ---v-',
      },
      open: {
        'audio+video': '  ^----!',
        screen: '         ----^!',
      },
      told: '             (pP)-',
      leave: '            -----!',
    },
    { told: { p: 'captured audio+video', P: 'on camera' } },
  ),
)
