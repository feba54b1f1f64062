import process from 'node:process'
import { createCallClient } from 'rxcall'
import { simplePeer } from 'rxcall/simple-peer'
import { socketIoSignaling } from 'rxcall/socket.io'
import wrtc from '@roamhq/wrtc'
import { frames } from './received-media.ts'
import { syntheticMedia } from './synthetic-media.ts'
import { until } from './until.ts'

// Calls a user, waits for a picture, hangs up and closes. Never exits: the process has to end by itself.
// node run-module.js call-once.ts URL USER

const [url = '', user = ''] = process.argv.slice(2)
const client = createCallClient({
  signaling: socketIoSignaling({ url, name: 'once', outsideBrowser: true }),
  peer: simplePeer({ wrtc }),
  media: syntheticMedia().port,
})
// Emitted when nothing is left to wait for. Without it, @roamhq/wrtc 0.10 crashes while Node cleans up after tracks of
// its own.
process.once('beforeExit', () => process.exit())

await until(client.roster$, (users) => users.includes(user), `${user} in the roster`)
client.call(user)
await until(client.state$, ({ phase }) => phase === 'connected', 'connection')
await until(frames(client.remoteStream$), ({ brightest }) => brightest > 180, 'picture')
client.hangUp()
await until(client.state$, ({ phase }) => phase === 'ended', 'end')
client.close()
console.log('closed')
