// @ts-check
import { CallError } from 'rxcall'
import { Observable } from 'rxjs'

/**
 * Signaling between the tabs of one browser, without a server. Every page of the origin can pretend to be anybody, so
 * use it only in demos and tests. A tab that crashes stays in the rosters of the others.
 *
 * @param {{ name: string, channel?: string }} options
 * @returns {import('rxcall').SignalingPort}
 */
export function broadcastSignaling({ name, channel = 'rxcall' }) {
  const self = { user: name, party: crypto.randomUUID().replaceAll('-', '') }
  return {
    connect: (outgoing$) =>
      new Observable((subscriber) => {
        const bus = new BroadcastChannel(channel)
        /** @type {Map<string, string>} Users by their parties. */
        const others = new Map()
        const roster = () => {
          const users = new Set(others.values())
          users.delete(name)
          subscriber.next({ type: 'roster', users: [...users].sort() })
        }
        /** @type {(type: string, message?: import('rxcall').OutgoingMessage) => void} */
        const say = (type, message) => bus.postMessage({ type, from: self, message })
        /** @type {(to: { user: string, party?: string }, party: string, user: string) => boolean} */
        const isFor = (to, party, user) => to.user === user && (to.party ?? party) === party

        bus.onmessage = ({ data: { type, from, message } }) => {
          if (type === 'bye') others.delete(from.party)
          else others.set(from.party, from.user)
          if (type === 'hello') say('here')
          if (type !== 'message') roster()
          else if (isFor(message.to, self.party, name))
            subscriber.next({ type: 'message', message: { ...message, from, ageMs: 0 } })
        }
        subscriber.next({ type: 'online', self })
        roster()
        say('hello')
        const sending = outgoing$.subscribe({
          next(message) {
            const isThere = [...others].some(([party, user]) => isFor(message.to, party, user))
            const error = new CallError('unreachable', `${message.to.user} has no tab here`)
            if (isThere) say('message', message)
            else subscriber.next({ type: 'refused', message, error })
          },
          error: () => undefined,
        })
        return () => {
          sending.unsubscribe()
          say('bye')
          bus.close()
        }
      }),
  }
}
