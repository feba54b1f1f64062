import {
  concatMap,
  EMPTY,
  exhaustMap,
  filter,
  ignoreElements,
  interval,
  map,
  merge,
  scan,
  startWith,
  takeUntil,
  takeWhile,
  withLatestFrom,
  type Observable,
} from 'rxjs'
import type { CallEvent } from '../../events.ts'
import type { ClientState } from '../../client-state.ts'
import { withLatest } from '../../rx/behavior.ts'
import { ofType } from '../../rx/operators.ts'
import type { Env } from '../../ports/index.ts'
import type { IncomingOf } from '../../protocol/index.ts'
import type { CallSettings } from '../../settings.ts'
import { isOpen } from '../state.ts'
import { arrivals, latestPeer, probe } from './connection-probe.ts'
import { isSecondInvite, type InviteSettings } from './decide-invite.ts'

type Invite = IncomingOf<'invite'>

export interface SecondInviteSources {
  readonly event$: Observable<CallEvent>
  /** Replays the latest. */
  readonly client$: Observable<ClientState>
  readonly settings: InviteSettings & Pick<CallSettings, 'silenceMs' | 'secondInviteMs'>
}

/** An invite after its wait, with its age updated, and the verdict; `undefined` if the open call ended first. */
export interface ReviewedInvite {
  readonly type: 'reviewed'
  readonly invite: Invite
  readonly isSilent: boolean | undefined
}

/** The interval between checks of the connection while an invite waits, in milliseconds. */
export const LOOK_MS = 500

/**
 * Holds an invite of {@link isSecondInvite} until it is known whether the open call's connection still carries
 * anything. Then emits it as `reviewed`: silent once nothing has arrived for `silenceMs`, not silent after
 * `secondInviteMs`, and undecided as soon as the open call ends. An invite that is cancelled meanwhile is dropped. One
 * invite waits at a time, because the others are repeated.
 *
 * Meanwhile it emits commands that measure what arrives and repeat this side's `media` on the data channel. The other
 * side's SCTP stack acknowledges that. So bytes arrive even if neither side sends media (on hold, muted, or without
 * tracks). ICE's checks do not count as bytes (W3C WebRTC Statistics, `bytesReceived`).
 *
 * Time is counted in measurements, so time asleep does not count.
 */
export function secondInvites(
  { event$, client$, settings }: SecondInviteSources,
  { scheduler }: Pick<Env, 'scheduler'>,
): Observable<CallEvent | ReviewedInvite> {
  const latestPeer$ = latestPeer(event$)
  const leaving$ = event$.pipe(
    ofType('action'),
    filter(({ action }) => action.type === 'close'),
  )
  const silentLooks = Math.ceil(settings.silenceMs / LOOK_MS)
  const mostLooks = Math.ceil(settings.secondInviteMs / LOOK_MS)

  const wait = (invite: Invite, callId: string): Observable<CallEvent | ReviewedInvite> => {
    const since = scheduler.now()
    const reviewed = (isSilent?: boolean): ReviewedInvite => ({
      type: 'reviewed',
      invite: { ...invite, ageMs: invite.ageMs + Math.max(0, scheduler.now() - since) },
      isSilent,
    })
    const look$ = interval(LOOK_MS, scheduler).pipe(
      startWith(undefined),
      map(() => 'look' as const),
    )
    const looking$ = merge(arrivals(event$), look$).pipe(
      scan(
        ({ looks, silent }, input) =>
          input === 'look' ? { input, looks: looks + 1, silent: silent + 1 } : { input, looks, silent: 0 },
        { input: 'look', looks: -1, silent: -1 } as Looking,
      ),
      withLatestFrom(latestPeer$, client$),
      concatMap(([{ input, looks, silent }, peer, { localMedia }]) => {
        if (input !== 'look') return []
        if (silent >= silentLooks) return [reviewed(true)]
        return looks >= mostLooks ? [reviewed(false)] : probe(callId, peer, localMedia)
      }),
    )
    const over$ = event$.pipe(
      ofType('ended'),
      filter((ended) => ended.callId === callId),
      map(() => reviewed()),
    )
    const cancelled$ = event$.pipe(
      ofType('dismissed'),
      filter((gone) => gone.invite.callId === invite.callId && gone.invite.user === invite.from.user),
    )
    return merge(over$, looking$).pipe(
      takeWhile(({ type }) => type !== 'reviewed', true),
      takeUntil(merge(cancelled$, leaving$)),
    )
  }
  return merge(
    // Kept up to date even while no invite waits.
    latestPeer$.pipe(ignoreElements()),
    event$.pipe(
      ofType('received'),
      withLatest(client$),
      exhaustMap(([{ message }, client]) =>
        message.type === 'invite' && isOpen(client.call) && isSecondInvite(message, client, settings)
          ? wait(message, client.call.callId)
          : EMPTY,
      ),
    ),
  )
}

/** How many checks there were since the first one, and since something last arrived. */
interface Looking {
  readonly input: 'look' | 'arrived'
  readonly looks: number
  readonly silent: number
}
