import type { ClientState } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

/** What a person sees for less than this is a flash, in milliseconds. */
const FLASH_MS = 1_000

interface Past {
  /** Since when an interruption is shown, in milliseconds of the world. */
  shownAt: number
  /** When the other side closed the present peer connection in an orderly way. */
  closedAt: number | undefined
}

/**
 * Where nothing goes wrong, no interruption is shown that is over within a second. Whatever goes wrong, none is shown while an
 * orderly close may be the end of the call, unless one was shown before.
 */
export const showsWhatLasts: MakeRule = (report, { calm }) => {
  const pasts = perClient((): Past => ({ shownAt: 0, closedAt: undefined }))
  return {
    events: on(['peer-closed', 'opened', 'ended'], (client, { event }, _, now) => {
      const past = pasts(client)
      if (event.type === 'peer-closed') past.closedAt = event.error ? undefined : now
      else past.closedAt = undefined
    }),
    changed(client, { state }, before, now) {
      const shows = isInterrupted(state)
      const showed = isInterrupted(before)
      if (shows === showed) return
      const past = pasts(client)
      if (shows) {
        past.shownAt = now
        const sinceClose = past.closedAt === undefined ? FLASH_MS : now - past.closedAt
        if (sinceClose < FLASH_MS)
          report(client, now, `shows an interruption ${sinceClose} ms after the other side closed`)
      }
      if (calm && showed && now - past.shownAt < FLASH_MS)
        report(client, now, `showed an interruption for ${now - past.shownAt} ms`)
    },
  }
}

const isInterrupted = ({ call, recovery }: ClientState): boolean =>
  call.phase === 'reconnecting' || recovery !== null
