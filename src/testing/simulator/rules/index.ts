import { agreement, settles } from './agreement.ts'
import { asAgreed } from './as-agreed.ts'
import { calmCallsGoWell } from './calm.ts'
import { connectsWhenReady, quietBeforeAccept } from './callee.ts'
import { deliversAll } from './delivers.ts'
import { devicesAgree, oneDeviceAnswers } from './devices.ts'
import { showsWhatLasts } from './flashes.ts'
import { hungUpIsMeant } from './hung-up.ts'
import { invitesAgain } from './invites.ts'
import { leavesWithAWord } from './leaving.ts'
import { mediaOutlivesSignaling } from './media-outlives.ts'
import { describedFirst, muteHolds } from './media.ts'
import { endsOnce, nothingAfterTheEnd, nothingLeftOpen } from './one-end.ts'
import { recoversAtOnce } from './recovers.ts'
import { replacesItsPeer } from './replaces.ts'
import { strangersRingSeldom } from './rings.ts'
import type { MakeRule } from './rule.ts'
import { boundsItsAnswers } from './resumes.ts'
import { secondInvitesWait } from './second-invite.ts'
import { closesWhatIsDropped, holdsBothWays, mediaAgreed } from './sent-media.ts'
import { sendsItsSignals } from './signals.ts'
import { bearsFloods } from './strangers.ts'
import { textsInOrder } from './texts.ts'
import { keepsTimes } from './times.ts'

/** What has to be true after every event, each as a sentence. */
export const invariants = {
  'never-throws': 'No input throws out of the core.',
  'ends-once': 'Each call ends exactly once, and is never open again.',
  'nothing-after-the-end': 'Nothing happens in a call, and nothing is sent for it, after it ended.',
  'as-agreed':
    'Each input leads at once to what the protocol says, and a late, duplicate or foreign one to nothing.',
  agreement: 'Two clients are never connected to different calls with each other.',
  'quiet-before-accept': 'Before the callee accepts there is no capture, no answer and no candidate of it.',
  'connects-when-ready':
    'A call is connected while its peer connection is, and after the caller chose the callee.',
  'nothing-left-open': 'After a call no timer, peer connection, live track or picture is left.',
  'media-outlives-signaling': 'The loss of signaling alone ends no call whose media flows.',
  'keeps-times': 'No call rings or tries to connect for longer than it may, or gives up sooner.',
  'sends-its-signals': 'What the peer connection has for the other side is sent in time.',
  'described-first': 'A remote candidate is added only after a remote description.',
  'mute-holds':
    'A track is disabled exactly when the user muted it last, or either side has the call on hold.',
  'holds-both-ways': 'What is captured is sent, and nothing while either side has the call on hold.',
  'closes-what-is-dropped': 'No local track is live but those that are sent.',
  'media-agreed': 'At rest, what each side is told of the other is what the other sends.',
  'texts-in-order':
    'Each text arrives at most once and in order, or its writer is told that it did not go out.',
  'delivers-all':
    'Each message to a party goes out again until it is acknowledged, and is taken in once and in order.',
  'invites-again':
    'An invite goes out again until anything comes back, with the time that is left, and no longer.',
  'strangers-ring-seldom':
    'A declined user pauses before ringing again; strangers ring three times a minute together, and keep nobody at busy.',
  'second-invites-wait':
    'A caller who calls again replaces the old call if nothing arrives over it, and is busy otherwise.',
  'one-device-answers':
    'A call rings for as long as one device of the callee does, and is given to one of them at the most.',
  'devices-agree':
    'Where nothing goes wrong, every device of the callee rings, and stops when the call is answered or over.',
  'replaces-its-peer':
    'A peer connection that cannot agree is replaced, a few times, and sees the signals of its own epoch alone.',
  'recovers-at-once':
    'A connection that failed is being brought back at once; a call that never had one ends with it.',
  'hung-up-is-meant':
    'The other side has hung up where it said so, or where its peer connection stayed closed for a while.',
  'shows-what-lasts':
    'No interruption is shown for less than a second if nothing goes wrong, or while a close may be a hang-up.',
  'leaves-with-a-word':
    'Who leaves has ended the call, and told the other side, where the relay can be reached.',
  'bears-floods': 'Of what strangers send, a client hears no more than it can answer beside its own call.',
  'bounds-its-answers':
    'However often the other side asks for it, everything is sent again once on each channel and second.',
  'calm-calls-go-well':
    'Where nothing goes wrong, an answered call connects, and ends for one reason that both sides know.',
  settles: 'When faults stop, every call is connected on both sides or over.',
} as const

export type Invariant = keyof typeof invariants

/** The invariants that are watched by what clients do. That the core never throws shows itself. */
export const rules: Readonly<Record<Exclude<Invariant, 'never-throws'>, MakeRule>> = {
  'ends-once': endsOnce,
  'nothing-after-the-end': nothingAfterTheEnd,
  'as-agreed': asAgreed,
  agreement,
  'quiet-before-accept': quietBeforeAccept,
  'connects-when-ready': connectsWhenReady,
  'nothing-left-open': nothingLeftOpen,
  'media-outlives-signaling': mediaOutlivesSignaling,
  'keeps-times': keepsTimes,
  'sends-its-signals': sendsItsSignals,
  'described-first': describedFirst,
  'mute-holds': muteHolds,
  'holds-both-ways': holdsBothWays,
  'closes-what-is-dropped': closesWhatIsDropped,
  'media-agreed': mediaAgreed,
  'texts-in-order': textsInOrder,
  'delivers-all': deliversAll,
  'invites-again': invitesAgain,
  'strangers-ring-seldom': strangersRingSeldom,
  'second-invites-wait': secondInvitesWait,
  'one-device-answers': oneDeviceAnswers,
  'devices-agree': devicesAgree,
  'replaces-its-peer': replacesItsPeer,
  'recovers-at-once': recoversAtOnce,
  'hung-up-is-meant': hungUpIsMeant,
  'shows-what-lasts': showsWhatLasts,
  'leaves-with-a-word': leavesWithAWord,
  'bears-floods': bearsFloods,
  'bounds-its-answers': boundsItsAnswers,
  'calm-calls-go-well': calmCallsGoWell,
  settles,
}
