import { expect, inject, it } from 'vitest'
import { expectSuccess, runModule } from '../package/support/programs.ts'
import { createProject } from '../package/support/projects.ts'
import { startRelay } from '../package/support/relay-command.ts'

it('clients of the packed rxcall see each other in the roster of the packed relay', async () => {
  const { url } = await startRelay(await createProject(inject('rxcall-relay').tarball))
  const clients = await createProject(inject('rxcall').tarball, 'rxjs', 'socket.io-client')
  const out = await expectSuccess(runModule(twoClients(url), clients))
  expect(JSON.parse(out)).toEqual({ alice: ['bob'], bob: ['alice'] })
})

/** A program in which two clients connect, wait for each other, and print whom they see. */
const twoClients = (url: string) => `
  import { createCallClient } from 'rxcall'
  import { browserMedia } from 'rxcall/browser-media'
  import { nativePeer } from 'rxcall/native-peer'
  import { socketIoSignaling } from 'rxcall/socket.io'
  import { filter, firstValueFrom } from 'rxjs'

  const connect = (name) =>
    createCallClient({
      signaling: socketIoSignaling({ url: '${url}', name, outsideBrowser: true }),
      peer: nativePeer({ iceServers: [] }),
      media: browserMedia(),
    })
  const others = (client, name) =>
    firstValueFrom(client.roster$.pipe(filter((users) => users.includes(name))))

  const [alice, bob] = [connect('alice'), connect('bob')]
  const seen = { alice: await others(alice, 'bob'), bob: await others(bob, 'alice') }
  alice.close()
  bob.close()
  console.log(JSON.stringify(seen))
`
