import { describe, it } from 'vitest'
import { CallError } from '../../../../src/core/index.ts'
import { performLocalMedia } from '../../support/score/local-media.ts'
import {
  enabled,
  mediaSymbols,
  newCamera,
  newMicrophone,
  newPair,
} from '../../support/score/media-symbols.ts'
import { score } from '../../support/score/score.ts'

const localMedia = score(performLocalMedia, {
  ...mediaSymbols,
  captures: { ...mediaSymbols.captures, M: new CallError('no-device', 'none') },
  told: {
    h: 'captured audio:headset',
    k: 'captured audio:desk',
    a: 'captured audio',
    n: 'captured ',
    l: 'on off',
    m: 'muted off',
    q: 'audio muted',
    o: 'opening off',
    O: 'off off',
    d: 'error device-lost',
    e: 'error no-device',
  },
})

describe('a microphone that is pulled out', () => {
  it('is replaced by any other, which keeps its mute', () => {
    const left = newMicrophone()
    localMedia(
      {
        begin: '             h-----------------',
        action: '            ----q-------------',
        captures: {
          'audio:headset': ' a---------n       ',
          audio: '                     -----l  ',
        },
        open: {
          'audio:headset': ' ^---------!',
          audio: '           ----------^-------',
        },
        told: '              (hl)(qm)--(aod)(am)',
        look: '              -----------------l',
        see: () => enabled(left),
      },
      { captures: { l: left }, look: { l: [false] } },
    )()
  })

  it(
    'is replaced by any other, even after the user chose one that cannot be opened',
    localMedia({
      begin: '             h--------------------',
      action: '            ---------m-d---------',
      captures: {
        'audio:headset': ' a----n               ',
        audio: ['               -----------   ', '  ----a   '],
        'audio:desk': '                 ---M ',
      },
      open: { audio: ['    -----^-----!', '      --------------^------'] },
      told: '              (hl)-(aod)-k--(ae)(al)',
    }),
  )

  it(
    'is replaced by any other while a caller still picks the screen, and the call continues',
    localMedia(
      {
        begin: '    S---------',
        captures: {
          screen: ' ------v   ',
          audio: [' a---n     ', '---a  '],
        },
        told: '     -------(st)',
      },
      { told: { s: 'captured audio+screen', t: 'on screen' } },
    ),
  )

  it(
    'leaves audio off if there is no other',
    localMedia({
      begin: '             h--------------',
      captures: {
        'audio:headset': ' a----n         ',
        audio: '                -----M    ',
      },
      told: '              (hl)-(aod)(nOe)',
    }),
  )

  it(
    'while another one is opened is replaced by any other, if neither can be opened',
    localMedia({
      begin: '              h-----------------------',
      action: '             ----d-------------------',
      captures: {
        'audio:headset': [' a----n                  ', '-----M'],
        'audio:desk': '         -----M  ',
        audio: '                              ----a   ',
      },
      told: '               (hl)-(ko)(he)-(ae)(al)',
    }),
  )

  it(
    'again and again is given up after nine losses, until the user chooses another',
    localMedia({
      begin: '             h----------------------------',
      action: '            --------------------d--------',
      captures: {
        'audio:headset': ' an',
        audio: Array<string>(8).fill('-(an)'),
        'audio:desk': '                        a',
      },
      errors: '            -ddddddddd',
      asked: ['audio:headset', ...Array<string>(8).fill('audio'), 'audio:desk'],
    }),
  )
})

describe('a device that the system mutes', () => {
  it('is reported as interrupted until it returns, unless the user has muted it', () => {
    const pair = newPair()
    const muted = (audio: boolean, video: boolean) => () => {
      pair.getTracks().forEach((track, place) => Object.assign(track, { muted: [audio, video][place] }))
      return pair
    }
    localMedia(
      {
        begin: '                    b----------------',
        action: '                   ------q----------',
        captures: { 'audio+video': 'n----a-----b-v-n-' },
        told: '                     (pP)-i(qm)-v---m-',
      },
      {
        captures: {
          n: muted(false, false),
          a: muted(true, false),
          b: muted(true, true),
          v: muted(false, true),
        },
        told: {
          p: 'captured audio+video',
          P: 'on camera',
          i: 'interrupted camera',
          m: 'muted camera',
          v: 'muted interrupted',
        },
      },
    )()
  })

  it('is reported as interrupted from the start, unless it is a screen', () => {
    const [microphone, screen] = [newMicrophone(), newCamera()]
    for (const track of [...microphone.getTracks(), ...screen.getTracks()])
      Object.assign(track, { muted: true })
    localMedia(
      {
        begin: '    S---',
        captures: {
          audio: '  a---',
          screen: ' v---',
        },
        told: '     (sS)',
      },
      {
        captures: { a: microphone, v: screen },
        told: { s: 'captured audio+screen', S: 'interrupted screen' },
      },
    )()
  })
})
