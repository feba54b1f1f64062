import { on, perClient, type MakeRule } from './rule.ts'

/** A remote candidate is added only after a remote description (W3C WebRTC, addIceCandidate). */
export const descriptionBeforeCandidates: MakeRule = (report) => {
  const described = perClient(() => ({ yet: false }))
  return {
    events: on(['peer-opened', 'command'], (client, { event }, _, now) => {
      const past = described(client)
      if (event.type === 'peer-opened') past.yet = false
      else if (event.command.type === 'description') past.yet = true
      else if (event.command.type === 'candidate' && !past.yet)
        report(client, now, 'a candidate was added before any description')
    }),
  }
}
