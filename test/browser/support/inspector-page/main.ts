import { asyncScheduler, Observable } from 'rxjs'
import { createCallClient } from 'rxcall'
import { inspect } from 'rxcall/inspect'
import { shareLog, timelineOf, watchedLog, type RxcallInspector } from 'rxcall/inspector'
import { fakeMedia, virtualId, virtualPeers, virtualRelay } from 'rxcall/testing'
import { manyLogs, playedLogs } from './logs.ts'

/** The page's inspector. */
function inspector(): RxcallInspector {
  const found = document.querySelector('rxcall-inspector')
  if (!found) throw new Error('the page has no inspector')
  return found
}

/** Replaces the inspector with a new one, which shows the first `count` items of both sides of a played call. */
function renew(count = Infinity): void {
  const another = document.createElement('rxcall-inspector')
  inspector().replaceWith(another)
  another.logs = playedLogs().map((log) => ({ ...log, items: log.items.slice(0, count) }))
}

/** Two clients of this page, on the real clock. */
function liveCall() {
  const world = { scheduler: asyncScheduler, id: () => '' }
  const relay = virtualRelay(world)
  const peers = virtualPeers(world)
  return ['alice', 'bob'].map((user, index) => {
    let ids = (index + 1) * 100
    const env = { scheduler: asyncScheduler, id: () => virtualId(++ids) }
    const inspection = inspect()
    const client = createCallClient({
      signaling: relay.port({ user, party: virtualId(0xa0 + index) }),
      peer: peers.port,
      media: fakeMedia(user, env),
      env,
      pipeline: inspection,
    })
    return { client, inspection }
  })
}

/** What the tests use in the page. */
const page = { inspector, renew, liveCall, manyLogs, playedLogs, Observable, shareLog, timelineOf }
export type InspectorPage = typeof page

Object.assign(globalThis, { page })
const [, names] = /^#watch=([0-9a-f,]+)$/.exec(location.hash) ?? []
if (names !== undefined)
  inspector().inspection = names.split(',').map((name) => ({ change$: watchedLog(name) }))
