import { describe, it } from 'vitest'
import { CallError } from '../../../../src/core/index.ts'
import { performLocalMedia } from '../../support/score/local-media.ts'
import { mediaSymbols } from '../../support/score/media-symbols.ts'
import { score } from '../../support/score/score.ts'

const localMedia = score(performLocalMedia, {
  ...mediaSymbols,
  captures: {
    ...mediaSymbols.captures,
    R: new CallError('permission-denied', 'no'),
    M: new CallError('no-device', 'none'),
  },
  answered: { y: true },
  /** The outputs of each step in order: what is captured, and then the status for the other side. */
  told: {
    o: 'opening opening',
    b: 'captured audio+video',
    B: 'on camera',
    a: 'captured audio+video',
    A: 'on opening',
    d: 'captured audio',
    D: 'on off',
    n: 'captured ',
    N: 'off off',
    e: 'error no-device',
    p: 'error permission-denied',
    u: 'capture-failed no-device',
  },
})

describe('the media of an answered call', () => {
  it(
    'is reported as opening until its devices are open',
    localMedia({
      begin: '                    -b------',
      required: false,
      captures: { 'audio+video': ' ---p' },
      told: '                     -o--(bB)',
    }),
  )

  it(
    'continues with the device that opens, and reports why the other one did not',
    localMedia({
      begin: '         -b---------',
      required: false,
      captures: {
        'audio+video': '--M',
        audio: '          --a',
        video: '          ------M',
      },
      told: '          -o---(aA)(dDe)',
      asked: ['audio+video', 'audio', 'video'],
    }),
  )

  it(
    'is off when every device is refused, and each refusal is an error that does not end the call',
    localMedia(
      {
        begin: '         -b--------',
        required: false,
        captures: {
          'audio+video': '--R',
          audio: '          --R',
          video: '          -------R',
        },
        told: '          -o---(vqp)(nNp)',
      },
      {
        told: { v: 'captured video', q: 'off opening' },
      },
    ),
  )

  it(
    'is opened again when the user tries again after a refusal',
    localMedia(
      {
        begin: '             -v-----------',
        action: '            ------c------',
        required: false,
        captures: { video: [' --R', '--v'] },
        told: '              -o-(nNp)(vV)-',
      },
      { told: { o: 'off opening', v: 'captured video', V: 'off camera' } },
    ),
  )

  it(
    'sends the camera until a screen requested meanwhile is shared',
    localMedia(
      {
        begin: '         -b---------------',
        action: '        ---------s-------',
        required: false,
        captures: {
          'audio+video': '--M',
          audio: '          --',
          video: '          --v',
          screen: '                 ----v',
        },
        told: '          -o---(cC)----(xX)',
      },
      {
        told: {
          c: 'captured audio+video',
          C: 'opening camera',
          x: 'captured audio+screen',
          X: 'opening screen',
        },
      },
    ),
  )

  it(
    'leaves out the device that the user turns off while it opens',
    localMedia(
      {
        begin: '                    -b---------',
        action: '                   ---x-------',
        required: false,
        captures: { 'audio+video': ' ------p' },
        told: '                     -o-(fF)(dD)',
      },
      {
        action: { x: mediaSymbols.action.o },
        told: { f: 'captured audio', F: 'opening off' },
      },
    ),
  )
})

describe('the media of a caller', () => {
  it(
    'fails as a whole when one device cannot be opened before anybody is called',
    localMedia({
      begin: '                    -b----',
      captures: { 'audio+video': ' --M' },
      told: '                     ---u--',
      asked: ['audio+video'],
    }),
  )

  it(
    'continues with the device that opens once glare has answered the call',
    localMedia({
      begin: '         -b---------',
      answered: '      ---y-------',
      captures: {
        'audio+video': '---M',
        audio: '           --a',
        video: '           --M',
      },
      told: '          ---o--(aAdDe)',
    }),
  )

  it(
    'releases a device that was turned off before glare answered the call',
    localMedia({
      begin: '              -v---------',
      action: '             ---o-------',
      answered: '           -----y-----',
      captures: { video: '   ----------' },
      open: { video: '      -^---!' },
      told: '               -----(nN)',
    }),
  )
})
