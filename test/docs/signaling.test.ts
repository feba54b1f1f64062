import { signalingCases } from 'rxcall/testing'
import { it } from 'vitest'
import { broadcastSignaling as mySignaling } from '../../examples/signaling/broadcast-signaling.js'

it.each(signalingCases)('my signaling port $name', ({ run }) => run((name) => mySignaling({ name })))
