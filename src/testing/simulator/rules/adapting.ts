import { on, perClient, type MakeRule } from './rule.ts'

/** Adapting to a bad line never turns off the sound, and turns off the picture only after it was limited. */
export const keepsSound: MakeRule = (report) => {
  /** Whether the media that the client sends change because it adapts. */
  const pasts = perClient(() => ({ isAdapting: false, isLimited: false }))
  return {
    events: on(['action', 'media', 'error', 'outgoing', 'incoming'], (client, { event }, before, now) => {
      const past = pasts(client)
      if (event.type === 'action') {
        const { action } = event
        if (action.type === 'limit-sending') past.isLimited = Object.keys(action.limits).length > 0
        if (action.type !== 'media') {
          if (!client.watching.isOwn(action)) past.isAdapting = false
          return
        }
        past.isAdapting = client.watching.isOwn(action)
        if (!past.isAdapting) return
        if (action.change.audio !== undefined) report(client, now, 'changes its sound because of the line')
        if (action.change.video === false && !past.isLimited)
          report(client, now, 'turns its picture off, and never limited it')
        return
      }
      if (event.type === 'media' && past.isAdapting) {
        const was = 'media' in before.call && before.call.media.audio !== false
        if (was && event.media.sent.audio === false)
          report(client, now, 'gives up its sound before its picture')
      }
      past.isAdapting = false
    }),
  }
}
