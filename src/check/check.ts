import {
  asyncScheduler,
  defer,
  finalize,
  of,
  ReplaySubject,
  share,
  Subject,
  switchMap,
  take,
  tap,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import { browserMedia } from '../adapters/browser-media.ts'
import { nativePeer, type WebRtc } from '../adapters/native-peer.ts'
import { webRtcOf } from '../adapters/peer-connection/webrtc.ts'
import {
  systemEnv,
  type CaptureRequest,
  type MediaPort,
  type PeerPort,
  type SignalingPort,
} from '../core/index.ts'
import { advise, type CheckId, type CheckStep, type Finding } from './check-step.ts'
import { gather } from './gather.ts'
import { iceFinding, serversFor } from './ice-servers.ts'
import { loopback } from './loopback.ts'
import {
  cameraFinding,
  microphoneFinding,
  permissionFinding,
  secureContext,
  speakerFinding,
} from './page-probes.ts'
import type { CheckProbes } from './probes.ts'
import { relayFinding } from './relay.ts'
import { runSteps } from './run-steps.ts'

export interface CheckOptions {
  /**
   * Makes a signaling port for this name. The name is random, so no live client is disconnected. If the relay
   * takes names only from tokens, pass the token of a user for checks.
   */
  readonly signaling?: ((name: string) => SignalingPort) | undefined
  /** The STUN and TURN servers of the calls. None by default: then their steps are skipped. */
  readonly iceServers?: readonly RTCIceServer[] | undefined
  /** Captures camera and microphone; `browserMedia()` by default. */
  readonly media?: MediaPort | undefined
  /** The steps to leave out. */
  readonly skip?: readonly CheckId[] | undefined
  /** How long each step may take, in milliseconds. Default: 10,000. */
  readonly stepMs?: number | undefined
  /** Where the WebRTC classes come from outside a browser. */
  readonly wrtc?: WebRtc | undefined
  /** Makes the ports of the loopback call; `nativePeer` by default. */
  readonly peer?: ((iceServers: readonly RTCIceServer[]) => PeerPort) | undefined
  /** What else is asked of the platform; that of a browser by default. */
  readonly probes?: Partial<CheckProbes> | undefined
  /** The clock; the real one by default. */
  readonly scheduler?: SchedulerLike | undefined
}

/**
 * Checks whether calls will work here, step by step: secure context, permissions, camera, microphone, speaker, relay,
 * STUN, TURN over UDP and over TCP, and a loopback call through TURN.
 *
 * Emits each step as `running`, then with its verdict. Completes after the last step. Never errors: a step that errors
 * or takes longer than `stepMs` is `failed`. Uses ports of its own, so it can run beside a client. It opens camera and
 * microphone, and plays a tone. Unsubscribing cancels it and releases everything.
 *
 * Subscribe while handling a click: otherwise browsers may refuse to play the tone, and to measure the microphone.
 *
 * @example
 * check({ iceServers, signaling: (name) => socketIoSignaling({ name }) }).subscribe(({ id, verdict }) => show(id, verdict))
 */
export function check(options: CheckOptions = {}): Observable<CheckStep> {
  const {
    iceServers = [],
    skip = [],
    stepMs = 10_000,
    scheduler = asyncScheduler,
    media = browserMedia(),
  } = options
  const ask = probesOf(options, scheduler)
  return defer(() => {
    const done$ = new Subject<void>()
    // Open until the end of the check, because the loopback call sends them.
    const captured: MediaStream[] = []
    const capture = (request: CaptureRequest) =>
      media.capture(request).pipe(
        share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: () => done$ }),
        take(1),
        tap((stream) => captured.push(stream)),
      )
    const stream = () =>
      captured.length === 0 ? null : media.stream(captured.flatMap((each) => each.getTracks()))
    const ice = (step: 'stun' | 'turn-udp' | 'turn-tcp') => () =>
      iceFinding(step, iceServers, {
        gather: ask.gather,
        reportsErrors: () => options.probes?.gather !== undefined || firesCandidateErrors(options.wrtc),
        answerMs: stepMs * 0.8,
        scheduler,
      })
    return runSteps(
      {
        'secure-context': () => of(ask.secureContext()),
        permissions: () => ask.permissions(),
        camera: () => capture({ audio: false, video: true }).pipe(switchMap(ask.camera)),
        microphone: () => capture({ audio: true, video: false }).pipe(switchMap(ask.microphone)),
        speaker: () => ask.speaker(),
        relay: () => relayFindingOf(options, scheduler),
        stun: ice('stun'),
        'turn-udp': ice('turn-udp'),
        'turn-tcp': ice('turn-tcp'),
        loopback: () =>
          loopback({ peer: loopbackPeer(options), stream: stream(), measureMs: 2000, scheduler }),
      },
      { skip, stepMs, scheduler },
    ).pipe(finalize(() => done$.next()))
  })
}

function probesOf({ probes = {}, wrtc }: CheckOptions, scheduler: SchedulerLike): CheckProbes {
  return {
    secureContext: probes.secureContext ?? secureContext,
    permissions: probes.permissions ?? permissionFinding,
    camera: probes.camera ?? ((stream) => cameraFinding(stream, scheduler)),
    microphone: probes.microphone ?? ((stream) => microphoneFinding(stream, scheduler)),
    speaker: probes.speaker ?? speakerFinding,
    gather: probes.gather ?? ((config) => gather(config, webRtcOf(wrtc))),
  }
}

/** Whether connections fire `icecandidateerror`. Some browsers lack it. */
function firesCandidateErrors(wrtc: WebRtc | undefined): boolean {
  // Asks a connection, because a page may have wrapped the class.
  const connection = new (webRtcOf(wrtc).RTCPeerConnection)()
  connection.close()
  return 'onicecandidateerror' in connection
}

/** Both sides send through the TURN servers. */
function loopbackPeer({ iceServers = [], peer, wrtc }: CheckOptions): PeerPort {
  const servers = [...serversFor('turn-udp', iceServers), ...serversFor('turn-tcp', iceServers)]
  return peer?.(servers) ?? nativePeer({ iceServers: servers, wrtc, config: { iceTransportPolicy: 'relay' } })
}

function relayFindingOf({ signaling }: CheckOptions, scheduler: SchedulerLike): Observable<Finding> {
  return signaling
    ? relayFinding(signaling(`check-${systemEnv.id().slice(0, 8)}`), () => scheduler.now())
    : of(advise('skipped', 'no signaling is configured'))
}
