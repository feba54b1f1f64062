import { agreement, settles } from './agreement.ts'
import { followsProtocol } from './follows-protocol.ts'
import { keepsSound } from './adapting.ts'
import { gradeRecovers } from './grade-recovers.ts'
import { limitsQualityReports, measuresOnlyInCalls, qualityReportsArrive } from './quality-reports.ts'
import { happyPathConnects } from './happy-path.ts'
import { noMediaBeforeAccept } from './before-accept.ts'
import { connectsWhenReady } from './connected.ts'
import { deliversExactlyOnce } from './reliable-delivery.ts'
import { devicesAgree, oneDeviceAnswers } from './devices.ts'
import { obeysCallers } from './obeys-callers.ts'
import { interruptionsDoNotFlicker } from './flicker.ts'
import { hangUpIsReal } from './remote-hang-up.ts'
import { retransmitsInvites } from './invite-retransmission.ts'
import { usesSharedFeatures } from './features.ts'
import { flushesOnClose } from './client-close.ts'
import { survivesSignalingLoss } from './signaling-loss.ts'
import { descriptionBeforeCandidates } from './candidate-order.ts'
import { muteIsKept } from './mute.ts'
import { endsOnce, nothingAfterTheEnd, releasesEverything } from './call-end.ts'
import { recoversImmediately } from './recovery.ts'
import { replacesBrokenPeer } from './peer-replacement.ts'
import { limitsStrangerCalls } from './stranger-calls.ts'
import type { MakeRule } from './rule.ts'
import { limitsResumeReplies } from './resume-limit.ts'
import { secondInvitesWait } from './second-invite.ts'
import { stopsUnsentTracks, holdStopsSending, mediaStatusAgrees } from './sent-media.ts'
import { sendsLocalSignals } from './local-signals.ts'
import { limitsFloods } from './flood-limit.ts'
import { textsInOrder } from './texts.ts'
import { respectsTimeouts } from './timeouts.ts'

/** What must hold after every event, each as a sentence. */
export const invariants = {
  'never-throws': 'No input makes the core throw.',
  'ends-once': 'Each call ends exactly once, and is never open again.',
  'nothing-after-the-end': 'Nothing happens in a call, and nothing is sent for it, after it ended.',
  'follows-protocol':
    'Each input leads at once to what the protocol specifies; a late, duplicate or foreign one leads to nothing.',
  agreement: 'Two clients are never connected to different calls with each other.',
  'no-media-before-accept':
    'Before the callee accepts, it captures nothing and sends no answer and no candidate.',
  'connects-when-ready':
    'A call is connected only while its peer connection is, and after the caller selected the callee.',
  'releases-everything': 'After a call, no timer, peer connection, live track or shown stream is left.',
  'survives-signaling-loss': 'Losing signaling alone does not end a call whose media flows.',
  'respects-timeouts': 'No call rings or connects for longer than its timeout, or gives up early.',
  'sends-local-signals': 'Local descriptions and candidates are sent to the other side in time.',
  'description-before-candidates': 'A remote candidate is added only after a remote description.',
  'mute-is-kept':
    'A track is disabled exactly while the user has muted it, or either side has the call on hold.',
  'hold-stops-sending':
    'Captured tracks are sent, and nothing is sent while either side has the call on hold.',
  'stops-unsent-tracks': 'A local track is live only while it is sent.',
  'media-status-agrees':
    'At rest, the media status that a client knows of the other side matches what that side sends.',
  'texts-in-order': 'Each text arrives at most once and in order, or its author learns that it was not sent.',
  'delivers-exactly-once':
    'Each message to a party is retransmitted until acknowledged, and delivered once and in order.',
  'retransmits-invites': 'An invite is retransmitted with the remaining ring time until the first reply.',
  'limits-stranger-calls':
    'A declined user pauses before ringing again. Strangers ring three times a minute together, and never make the callee busy.',
  'obeys-callers':
    'A call rings only if the `callers` port allows it, and an ignored caller hears only ringing.',
  'second-invites-wait':
    'A caller who calls again replaces the old call if nothing arrives over it, and is busy otherwise.',
  'one-device-answers':
    'A call rings as long as a device of the callee does, and at most one device gets it.',
  'devices-agree':
    'Without faults, every device of the callee rings, and stops when the call is answered or over.',
  'replaces-broken-peer':
    'A peer connection that fails to negotiate is replaced, a few times, and gets only the signals of its own epoch.',
  'recovers-immediately':
    'Recovery of a failed connection starts at once; a call that was never connected ends instead.',
  'hang-up-is-real':
    'A remote hang-up was announced, or the peer connection stayed closed for the grace period.',
  'interruptions-do-not-flicker':
    'No interruption is shown for less than a second if nothing goes wrong, or while a close may be a hang-up.',
  'flushes-on-close':
    'A client that closes has ended its call and told the other side, if the relay is reachable.',
  'uses-shared-features':
    'A call uses a feature only if both sides name it, and the relay, too, if it needs the relay.',
  'limits-floods':
    'A client lets through only as many messages of strangers as it can answer besides its own call.',
  'limits-resume-replies':
    'However often the other side asks, a client retransmits everything at most once per channel and second.',
  'measures-only-in-calls':
    'Figures are measured only in a call that was connected, and only while somebody watches its quality.',
  'limits-quality-reports': 'A client reports the quality to the other side at most once a second.',
  'quality-reports-arrive': 'At rest, each side knows the latest quality that the other one reported.',
  'keeps-sound': 'Adapting to a bad line never turns off the sound, and the picture only after limits.',
  'grade-recovers': 'A grade is good again soon after its causes are gone.',
  'happy-path-connects':
    'If nothing goes wrong, an answered call connects, and both sides agree why it ended.',
  settles: 'When faults stop, every call is connected on both sides or over.',
} as const

export type Invariant = keyof typeof invariants

/** The rule behind each invariant. `never-throws` has none: the simulator notices by itself. */
export const rules: Readonly<Record<Exclude<Invariant, 'never-throws'>, MakeRule>> = {
  'ends-once': endsOnce,
  'nothing-after-the-end': nothingAfterTheEnd,
  'follows-protocol': followsProtocol,
  agreement,
  'no-media-before-accept': noMediaBeforeAccept,
  'connects-when-ready': connectsWhenReady,
  'releases-everything': releasesEverything,
  'survives-signaling-loss': survivesSignalingLoss,
  'respects-timeouts': respectsTimeouts,
  'sends-local-signals': sendsLocalSignals,
  'description-before-candidates': descriptionBeforeCandidates,
  'mute-is-kept': muteIsKept,
  'hold-stops-sending': holdStopsSending,
  'stops-unsent-tracks': stopsUnsentTracks,
  'media-status-agrees': mediaStatusAgrees,
  'texts-in-order': textsInOrder,
  'delivers-exactly-once': deliversExactlyOnce,
  'retransmits-invites': retransmitsInvites,
  'limits-stranger-calls': limitsStrangerCalls,
  'obeys-callers': obeysCallers,
  'second-invites-wait': secondInvitesWait,
  'one-device-answers': oneDeviceAnswers,
  'devices-agree': devicesAgree,
  'replaces-broken-peer': replacesBrokenPeer,
  'recovers-immediately': recoversImmediately,
  'hang-up-is-real': hangUpIsReal,
  'interruptions-do-not-flicker': interruptionsDoNotFlicker,
  'flushes-on-close': flushesOnClose,
  'uses-shared-features': usesSharedFeatures,
  'limits-floods': limitsFloods,
  'limits-resume-replies': limitsResumeReplies,
  'measures-only-in-calls': measuresOnlyInCalls,
  'limits-quality-reports': limitsQualityReports,
  'quality-reports-arrive': qualityReportsArrive,
  'keeps-sound': keepsSound,
  'grade-recovers': gradeRecovers,
  'happy-path-connects': happyPathConnects,
  settles,
}
