import type { CallState, Recovery } from 'rxcall'
import { endedInWords } from './ended.ts'
import { recoveryInWords } from './recovery.ts'

/** Describes the phase of the call, for the status of the page. While the call is interrupted, describes the recovery. */
export function phaseInWords(state: CallState, recovery: Recovery | null): string {
  switch (state.phase) {
    case 'idle':
      return 'Ready to call'
    case 'calling':
      return `Calling ${state.remote.user}…`
    case 'ringing':
      return `${state.remote.user} is calling`
    case 'connecting':
      return 'Connecting…'
    case 'connected':
      return `Connected to ${state.remote.user}`
    case 'reconnecting':
      return recoveryInWords(recovery, state.remote.user).status
    case 'ended':
      return endedInWords(state)
  }
}

/** Adds what the phase alone does not say, such as what the user is waiting for. */
export function hintInWords(state: CallState, recovery: Recovery | null): string | undefined {
  switch (state.phase) {
    case 'calling':
      return callingHints[state.progress](state.media.video !== false)
    case 'ringing':
      return state.media.video ? 'Video call' : 'Audio call'
    case 'connecting':
      return `with ${state.remote.user}`
    case 'reconnecting':
      return recoveryInWords(recovery, state.remote.user).hint
    case 'ended':
      return state.reason === 'answered-elsewhere' ? 'In another tab or on another device' : undefined
    default:
      return undefined
  }
}

type Progress = Extract<CallState, { phase: 'calling' }>['progress']

const callingHints: Record<Progress, (video: boolean) => string> = {
  capturing: (video) => `Please allow ${video ? 'camera and microphone' : 'the microphone'}`,
  inviting: () => 'Reaching out',
  ringing: () => 'It is ringing',
}
