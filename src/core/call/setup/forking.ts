import { mergeMap, scan, type Observable, type OperatorFunction } from 'rxjs'
import type { CallEvent } from '../../events.ts'
import { PROTOCOL_VERSION } from '../../protocol/index.ts'
import type { Address, CancelReason, OutgoingMessage, Party } from '../../protocol/index.ts'
import { withLatest } from '../../rx/behavior.ts'
import type { MessageDraft, OutputOfPeer } from '../outputs.ts'
import type { Calling, CallInfo, CallState } from '../state.ts'

/**
 * Turns an output of a stage into an event of the call: completes a draft into a message, and adds the call id to a fact
 * and to an error.
 */
export function inCall(output: OutputOfPeer, { callId, remote }: CallInfo): CallEvent {
  if (output.type !== 'send') {
    const named = 'error' in output ? { ...output, error: output.error.with({ callId }) } : output
    return (output.type === 'error' ? named : { ...named, callId }) as CallEvent
  }
  return {
    type: 'send',
    message: { v: PROTOCOL_VERSION, callId, to: remote, ...output.message } as OutgoingMessage,
  }
}

/** What the caller has sent to the devices that may answer. */
export interface Forking {
  /**
   * The devices that have the descriptions and candidates, so they get each later one too. Not a list of who rings:
   * that is `contacts` in the call's state, which lags behind by the events that still wait in the queue.
   */
  readonly reached: readonly Party[]
  /** The descriptions and candidates of the present peer connection, for devices that ring later. */
  readonly kept: readonly MessageDraft[]
  /** The party that has the call. */
  readonly taken: Party | undefined
  /** What the last output led to. */
  readonly outputs: readonly OutputOfPeer[]
}

export const notForked: Forking = { reached: [], kept: [], taken: undefined, outputs: [] }

const forEveryDevice = ['offer', 'candidates', 'answer', 'renegotiate']

/**
 * Addresses what the caller sends before the answer, while its call is to a user and not to one device. An invite goes
 * to the user, and a cancel to the user and every device. Descriptions and candidates go to every device that rings or
 * answers, now or later.
 */
export function fork(forking: Forking, output: OutputOfPeer, call: CallState): Forking {
  if (call.phase === 'idle') return { ...forking, outputs: [] }
  if (output.type === 'remote-ringing' || (output.type === 'answered' && output.by === 'remote'))
    return meet(forking, output)
  if (output.type === 'peer-opened')
    return { ...forking, kept: ofEpoch(forking, output.epoch), outputs: [output] }
  if (output.type !== 'send') return { ...forking, outputs: [output] }
  const { message } = output
  const { toOthersThan, ...draft } = message
  if (toOthersThan !== undefined) {
    const others = forking.reached.filter(({ party }) => party !== toOthersThan)
    return { ...forking, outputs: others.map((to) => addressedTo(draft, to)) }
  }
  if (draft.to !== undefined || call.remote.party !== undefined) return { ...forking, outputs: [output] }
  if (forking.taken) return { ...forking, outputs: [addressedTo(draft, forking.taken)] }
  const toReached = forking.reached.map((to) => addressedTo(draft, to))
  if (draft.type === 'cancel') return { ...forking, outputs: [output, ...toReached] }
  if (!forEveryDevice.includes(draft.type)) return { ...forking, outputs: [output] }
  return { ...forking, kept: [...ofEpoch(forking, draft.epoch), draft], outputs: toReached }
}

const ofEpoch = ({ kept }: Forking, epoch: number | undefined): readonly MessageDraft[] =>
  kept.filter((draft) => draft.epoch === epoch)

function meet(
  forking: Forking,
  output: Extract<OutputOfPeer, { readonly type: 'remote-ringing' | 'answered'; readonly remote: Party }>,
): Forking {
  const { remote } = output
  const isKnown = forking.reached.some(({ party }) => party === remote.party)
  return {
    ...forking,
    reached: isKnown ? forking.reached : [...forking.reached, remote],
    taken: output.type === 'answered' ? remote : forking.taken,
    outputs: [output, ...(isKnown ? [] : forking.kept.map((draft) => addressedTo(draft, remote)))],
  }
}

const addressedTo = (draft: MessageDraft, to: Address): OutputOfPeer => ({
  type: 'send',
  message: { ...draft, to },
})

/** Turns the outputs of a call's stages into events, with each message for the devices that it concerns. */
export const addressed =
  (state$: Observable<CallState>): OperatorFunction<OutputOfPeer, CallEvent> =>
  (output$) =>
    output$.pipe(
      withLatest(state$),
      scan((forking, [output, state]) => fork(forking, output, state), notForked),
      withLatest(state$),
      // Not concatMap: that would delay what a stage emits about a peer event until the event has been handled. By then
      // its cause is lost.
      mergeMap(([{ outputs }, state]) =>
        state.phase === 'idle' ? [] : outputs.map((output) => inCall(output, state)),
      ),
    )

/** Cancels an unanswered call wherever its invite may have arrived: at the user, and at each device that rings. */
export function cancelEverywhere(call: Calling, reason: CancelReason): CallEvent[] {
  const { callId, remote, progress, contacts } = call
  const reached: readonly Address[] = progress === 'capturing' ? [] : [{ user: remote.user }, ...contacts]
  return reached.map((to) => ({
    type: 'send',
    message: { v: PROTOCOL_VERSION, type: 'cancel', callId, to, body: { reason } },
  }))
}
