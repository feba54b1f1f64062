import { NEVER, Observable } from 'rxjs'
import { createCallClient, type CallClient, type SignalingEvent } from '../../../src/core/index.ts'
import { fakeMedia, virtualId } from '../../../src/testing/index.ts'
import { systemEnv } from '../../../src/core/ports/index.ts'

/** Makes clients that are online at once, as alice, and whose calls ring nowhere. */
export function clients() {
  const made: CallClient[] = []
  let connections = 0
  const create = (): CallClient => {
    const client = createCallClient({
      signaling: {
        connect: (outgoing$) =>
          new Observable<SignalingEvent>((subscriber) => {
            connections++
            subscriber.add(() => connections--)
            subscriber.next({ type: 'online', self: { user: 'alice', party: virtualId(made.length + 1) } })
            subscriber.add(outgoing$.subscribe())
          }),
      },
      peer: { open: () => NEVER },
      media: fakeMedia('alice', systemEnv),
    })
    made.push(client)
    return client
  }
  return { create, made, online: () => connections }
}
