import type { CallState, EndReason, Side } from 'rxcall'

export type EndedCall = Extract<CallState, { phase: 'ended' }>

type Words = (call: Pick<EndedCall, 'role' | 'remote'>) => string

const unanswered: Words = ({ role, remote }) =>
  role === 'caller' ? `${remote.user} did not answer` : 'you did not answer'
const broken: Words = ({ remote }) => `the connection to ${remote.user} failed`

const words: Record<Exclude<EndReason, 'answered-elsewhere'>, Record<Side, Words>> = {
  'hung-up': { local: () => 'you hung up', remote: ({ remote }) => `${remote.user} hung up` },
  declined: { local: () => 'you declined', remote: ({ remote }) => `${remote.user} declined` },
  busy: {
    local: () => 'you are in another call',
    remote: ({ remote }) => `${remote.user} is in another call`,
  },
  cancelled: { local: () => 'you cancelled it', remote: ({ remote }) => `${remote.user} cancelled it` },
  'no-answer': { local: unanswered, remote: unanswered },
  unreachable: {
    local: ({ remote }) => `${remote.user} could not be reached`,
    remote: ({ remote }) => `${remote.user} is not there`,
  },
  failed: { local: broken, remote: broken },
  'media-error': {
    local: () => 'your camera or microphone could not be opened',
    remote: ({ remote }) => `the camera or microphone of ${remote.user} could not be opened`,
  },
}

/** Describes how the call ended. It may go on where it was answered; without permission for the devices it never began. */
export function endedInWords(call: EndedCall): string {
  if (call.reason === 'answered-elsewhere') return 'Answered elsewhere'
  if (call.error?.code === 'permission-denied')
    return `Not called: ${call.media.video === false ? '' : 'camera or '}microphone not allowed`
  return `Call ended: ${words[call.reason][call.by](call)}`
}
