import { isOpen, type CallState } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

interface Past {
  callId: string
  /** One of the call's peer connections has been connected. */
  wasUp: boolean
  /** The current connection's latest problem, if it needs action at once. */
  problem: 'failed' | 'broke' | undefined
}

/** Recovery of a failed connection starts at once. A call that was never connected ends instead. */
export const recoversImmediately: MakeRule = (report) => {
  const pasts = perClient((): Past => ({ callId: '', wasUp: false, problem: undefined }))
  return {
    changed(client, { state }) {
      const past = pasts(client)
      const callId = callIdOf(state.call)
      if (callId !== past.callId) Object.assign(past, { callId, wasUp: false, problem: undefined })
    },
    events: on(['peer-opened', 'peer', 'peer-closed'], (client, { event }) => {
      const past = pasts(client)
      if (event.type === 'peer-opened') past.problem = undefined
      if (event.type === 'peer' && event.event.type === 'connection-state') {
        past.problem = event.event.state === 'failed' ? 'failed' : undefined
        if (event.event.state === 'connected') past.wasUp = true
      }
      if (event.type === 'peer-closed')
        past.problem = event.error?.code === 'connection-failed' && !past.wasUp ? 'broke' : undefined
    }),
    rested(client, now) {
      const past = pasts(client)
      if (past.problem === undefined) return
      const { call, recovery } = client.model()
      if (!isOpen(call)) return
      if (past.problem === 'broke')
        report(client, now, 'its only peer connection broke, and the call goes on')
      else if (recovery?.problem !== 'failed' || recovery.step === 'wait')
        report(client, now, 'its peer connection failed, and nothing is done about it')
      past.problem = undefined
    },
  }
}

const callIdOf = (call: CallState): string => (isOpen(call) ? call.callId : '')
