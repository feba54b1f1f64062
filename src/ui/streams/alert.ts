import { distinctUntilChanged, filter, map, merge, startWith, switchMap, take, type Observable } from 'rxjs'
import type { CallClient, CallError, CallErrorCode, CallEvent } from 'rxcall'

/**
 * Emits the latest error to show, or `undefined` once the user dismisses it or something supersedes it. The next call
 * and the end of the open one supersede every error. So does another attempt at what failed: if that fails too, it
 * raises its own error.
 *
 * Two errors are not shown. An unreachable relay comes back by itself, and the page has a separate notice for it. A
 * screen picker that the user closed was their choice.
 */
export function alert(
  { error$, event$ }: Pick<CallClient, 'error$' | 'event$'>,
  dismiss$: Observable<unknown>,
): Observable<CallError | undefined> {
  return error$.pipe(
    filter((error) => error.code !== 'relay-unreachable' && !isChoice(error)),
    switchMap((error) =>
      merge(dismiss$, event$.pipe(filter((event) => overtakes(event, error)))).pipe(
        take(1),
        map(() => undefined),
        startWith(error),
      ),
    ),
    startWith(undefined),
    distinctUntilChanged(),
  )
}

const ofMedia: readonly CallErrorCode[] = [
  'no-device',
  'permission-denied',
  'device-in-use',
  'capture-failed',
  'screen-refused',
  'device-lost',
]
const ofText: readonly CallErrorCode[] = ['text-too-long', 'text-not-sent']
const ofRelay: readonly CallErrorCode[] = ['name-taken', 'relay-refused']

function overtakes(event: CallEvent, error: CallError): boolean {
  const { code } = error
  switch (event.type) {
    case 'outgoing':
    case 'incoming':
      return true
    case 'ended':
      return event.error !== error
    case 'action':
      return (
        (event.action.type === 'media' && ofMedia.includes(code)) ||
        (event.action.type === 'send' && ofText.includes(code))
      )
    case 'connection':
      return event.connection.status === 'online' && ofRelay.includes(code)
    default:
      return false
  }
}

/**
 * Whether the user closed the screen picker. If the system refused instead, Chromium says so; other browsers do not
 * distinguish the two.
 */
function isChoice({ code, cause }: CallError): boolean {
  const bySystem = cause instanceof Error && cause.message.includes('by system')
  return code === 'screen-refused' && !bySystem
}
