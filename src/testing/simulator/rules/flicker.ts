import type { ClientState } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

/** An interruption shown for less than this flickers, in milliseconds. */
const FLASH_MS = 1_000

interface Past {
  /** Since when an interruption is shown, in milliseconds of the world. */
  shownAt: number
  /** When the other side closed the present peer connection in an orderly way. */
  closedAt: number | undefined
}

/**
 * If nothing goes wrong, no interruption is shown for less than a second. In every world, none begins to show within a
 * second of an orderly close, because that may be a hang-up.
 */
export const interruptionsDoNotFlicker: MakeRule = (report, { happyPath }) => {
  const pasts = perClient((): Past => ({ shownAt: 0, closedAt: undefined }))
  return {
    events: on(['peer-closed', 'peer-opened', 'ended'], (client, { event }, _, now) => {
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
      if (happyPath && showed && now - past.shownAt < FLASH_MS)
        report(client, now, `showed an interruption for ${now - past.shownAt} ms`)
    },
  }
}

const isInterrupted = ({ call, recovery }: ClientState): boolean =>
  call.phase === 'reconnecting' || recovery !== null
