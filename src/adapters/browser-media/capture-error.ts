import { CallError, type CallErrorCode } from '../../core/errors.ts'
import type { CaptureRequest } from '../../core/ports/index.ts'

type CaptureErrorCode = Extract<
  CallErrorCode,
  'no-device' | 'permission-denied' | 'device-in-use' | 'capture-failed'
>

/** The names of the exceptions of `getUserMedia` (MDN, MediaDevices.getUserMedia), also those in older browsers. */
const codes = new Map<string, CaptureErrorCode>([
  ['NotFoundError', 'no-device'],
  ['DevicesNotFoundError', 'no-device'],
  ['OverconstrainedError', 'no-device'],
  ['ConstraintNotSatisfiedError', 'no-device'],
  ['NotAllowedError', 'permission-denied'],
  ['PermissionDeniedError', 'permission-denied'],
  ['PermissionDismissedError', 'permission-denied'],
  ['SecurityError', 'permission-denied'],
  ['NotReadableError', 'device-in-use'],
  ['TrackStartError', 'device-in-use'],
  ['AbortError', 'device-in-use'],
])

/** Converts what `getUserMedia` threw to a CallError; `detail.exception` is the name of the exception. */
export function captureError(thrown: unknown, request: CaptureRequest): CallError {
  const name = property(thrown, 'name')
  const code = codes.get(name) ?? 'capture-failed'
  const reason = property(thrown, 'message')
  const message =
    explain[code](name, wanted(request), isChosen(request)) + (reason === '' ? '' : ` (${reason})`)
  return new CallError(code, message, {
    cause: thrown,
    ...(name === '' ? {} : { detail: { exception: name } }),
  })
}

/**
 * Converts what `getDisplayMedia` threw (W3C Screen Capture, 5.1) to a CallError; `detail.exception` is the name of the
 * exception.
 */
export function screenError(thrown: unknown): CallError {
  const name = property(thrown, 'name')
  const reason = property(thrown, 'message')
  const code = name === 'NotAllowedError' || name === 'AbortError' ? 'screen-refused' : 'capture-failed'
  const message =
    code === 'screen-refused'
      ? 'no screen was chosen, or the system refused to share it: ask again and choose one; the system settings may have to allow it for the browser'
      : name === 'InvalidStateError'
        ? 'a screen can be requested only while handling a click or a key press'
        : `sharing the screen failed${name === '' ? '' : ` with ${name}`}`
  return new CallError(code, reason === '' ? message : `${message} (${reason})`, {
    cause: thrown,
    ...(name === '' ? {} : { detail: { exception: name } }),
  })
}

const explain: Record<CaptureErrorCode, (name: string, wanted: string, isChosen: boolean) => string> = {
  'no-device': (name, wanted, isChosen) =>
    isChosen
      ? `the ${wanted} that was chosen is not there: connect it again, or choose another one`
      : name === 'OverconstrainedError' || name === 'ConstraintNotSatisfiedError'
        ? `no ${wanted} fits the constraints: loosen those that are exact`
        : wanted === both
          ? `${both} were requested together and at least one is missing: check that both are connected, or ask for one alone`
          : `no ${wanted} was found: check that it is connected and switched on in the system settings`,
  'permission-denied': (_name, wanted) =>
    `the user, the browser or the system refused the ${wanted}: it can be allowed in the settings of the page and of the system`,
  'device-in-use': (_name, wanted) =>
    `the ${wanted} could not be started, most likely because another program holds it`,
  'capture-failed': (name, wanted) => `opening the ${wanted} failed${name === '' ? '' : ` with ${name}`}`,
}

const both = 'camera and microphone'

const isChosen = ({ audio, video }: CaptureRequest): boolean =>
  typeof audio === 'object' || typeof video === 'object'

function wanted(request: CaptureRequest): string {
  if (request.audio && request.video) return both
  if (request.video) return 'camera'
  return request.audio ? 'microphone' : 'device (neither audio nor video was requested)'
}

/** Read by shape, because OverconstrainedError is not an Error in every browser. */
function property(thrown: unknown, key: 'name' | 'message'): string {
  if (typeof thrown !== 'object' || thrown === null || !(key in thrown)) return ''
  const value: unknown = Reflect.get(thrown, key)
  return typeof value === 'string' ? value : ''
}
