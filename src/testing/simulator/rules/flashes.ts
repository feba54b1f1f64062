import type { ClientState } from '../../../core/index.ts'
import { perClient, type MakeRule } from './rule.ts'

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
    seen(client, { event, state }, before, now) {
      const past = pasts(client)
      if (event.type === 'peer-closed') past.closedAt = event.error ? undefined : now
      if (event.type === 'opened' || event.type === 'ended') past.closedAt = undefined
      const [shows, showed] = [isInterrupted(state), isInterrupted(before)]
      if (shows && !showed) {
        past.shownAt = now
        const sinceClose = past.closedAt === undefined ? FLASH_MS : now - past.closedAt
        if (sinceClose < FLASH_MS)
          report(client, now, `shows an interruption ${sinceClose} ms after the other side closed`)
      }
      if (calm && showed && !shows && now - past.shownAt < FLASH_MS)
        report(client, now, `showed an interruption for ${now - past.shownAt} ms`)
    },
  }
}

const isInterrupted = ({ call, recovery }: ClientState): boolean =>
  call.phase === 'reconnecting' || recovery !== null
