import { expect, it } from 'vitest'
import { readPeerKind } from '../../src/ui/peer-kind.ts'

it.each([
  ['nothing', null, 'simple-peer'],
  ['an empty one', ' ', 'simple-peer'],
  ['the usual one by its name', 'simple-peer', 'simple-peer'],
  ['the other one', ' native ', 'native'],
])('the parameter peer reads %s', (_what, parameter, kind) => {
  expect(readPeerKind(parameter)).toEqual({ ok: true, kind })
})

it.each(['Native', 'webrtc', 'constructor'])('the parameter peer rejects "%s" with a reason', (text) => {
  expect(readPeerKind(text)).toEqual({ ok: false, problem: 'it is neither "native" nor "simple-peer"' })
})
