import type { CallAction } from 'rxcall'

/** Describes what a user does, in a few words. */
export function actionInWords(action: CallAction): string {
  switch (action.type) {
    case 'call':
      return `Call ${action.user}`
    case 'accept':
      return 'Accept'
    case 'decline':
      return 'Decline'
    case 'hang-up':
      return 'Hang up'
    case 'mute':
      return `${action.muted ? 'Mute' : 'Unmute'} ${action.kind === 'audio' ? 'microphone' : 'camera'}`
    case 'media':
      return mediaInWords(action.change)
    case 'hold':
      return action.held ? 'Hold' : 'Resume'
    case 'send':
      return `Send “${action.text}”`
    case 'measure':
      return 'Measure'
    case 'report-quality':
      return `Report quality: ${action.report.receiving}`
    case 'limit-sending':
      return 'Limit video'
    case 'close':
      return 'Leave'
  }
}

function mediaInWords({ audio, video }: Extract<CallAction, { type: 'media' }>['change']): string {
  if (video === 'screen') return 'Share screen'
  if (video !== undefined) return `Turn camera ${video === false ? 'off' : 'on'}`
  if (audio !== undefined) return `Turn microphone ${audio === false ? 'off' : 'on'}`
  return 'Change media'
}
