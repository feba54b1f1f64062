import { beforeAll, describe, expect, inject, it } from 'vitest'
import { createProject } from '../package/support/projects.ts'
import { typeErrors } from './support/type-errors.ts'

/** A JavaScript module that TypeScript checks. TypeScript also reports each mistake that is expected and not found. */
const module = `
  import { createCallClient } from 'rxcall'
  import { browserMedia } from 'rxcall/browser-media'
  import { nativePeer } from 'rxcall/native-peer'
  import { socketIoSignaling } from 'rxcall/socket.io'

  /**
   * @template A, B
   * @typedef {(<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? 'same' : 'different'} Compared
   */

  const client = createCallClient({
    signaling: socketIoSignaling({ name: 'alice' }),
    peer: nativePeer(),
    media: browserMedia(),
  })

  client.call('bob', { media: { audio: true, video: 'screen' } })
  // @ts-expect-error A user is a string.
  client.call(5)
  // @ts-expect-error Nobody is called.
  client.call()
  // @ts-expect-error There is no such picture.
  client.call('bob', { media: { video: 'window' } })
  // @ts-expect-error There is no such action.
  client.answer()
  // @ts-expect-error A name is a string.
  socketIoSignaling({ name: 5 })

  client.state$.subscribe((state) => {
    /** @type {Compared<typeof state, import('rxcall').CallState>} */
    const known = 'same'
    // @ts-expect-error An idle client has no remote side.
    state.remote.user
    if (state.phase !== 'idle') state.remote.user.toUpperCase()
    // @ts-expect-error There is no such phase.
    if (state.phase === 'talking') return known
    if (state.phase === 'ended') state.reason.toUpperCase()
  })
  client.error$.subscribe(({ code }) => {
    /** @type {Compared<typeof code, import('rxcall').CallErrorCode>} */
    const known = 'same'
    return known
  })`

describe('a module in JavaScript that is checked', () => {
  let project: string
  beforeAll(async () => {
    const { tarball } = inject('rxcall')
    project = await createProject(tarball, 'rxjs', 'socket.io-client', 'typescript@5')
  })

  it('has the types of a client, and an error for each wrong use of it', async () => {
    const consumer = { file: 'consumer.js', text: module, resolution: 'bundler' } as const
    expect(await typeErrors(project, consumer)).toEqual([])
  })
})
