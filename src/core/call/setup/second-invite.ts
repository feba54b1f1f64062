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
  shareReplay,
  startWith,
  takeUntil,
  takeWhile,
  withLatestFrom,
  type Observable,
} from 'rxjs'
import type { CallEvent } from '../../events.ts'
import type { ClientState } from '../../client-state.ts'
import { ofType } from '../../rx/operators.ts'
import type { Env, PeerCommand } from '../../ports/index.ts'
import type { IncomingOf, MediaStatus } from '../../protocol/index.ts'
import type { CallSettings } from '../../settings.ts'
import { isSecondInvite, type InviteSettings } from './incoming-invite.ts'
import { encodeMediaStatus } from '../sent-media.ts'
import { isOpen } from '../state.ts'

type Invite = IncomingOf<'invite'>

export interface SecondInviteSources {
  readonly event$: Observable<CallEvent>
  /** Replays the latest. */
  readonly model$: Observable<ClientState>
  readonly settings: InviteSettings & Pick<CallSettings, 'silenceMs' | 'secondInviteMs'>
}

/** An invite that has waited, older by that time, and what was found out; nothing is if the open call ended first. */
export interface ReviewedInvite {
  readonly type: 'reviewed'
  readonly invite: Invite
  readonly isSilent: boolean | undefined
}

/** How often the connection is looked at while an invite waits, in milliseconds. */
export const LOOK_MS = 500

/**
 * Has an invite of {@link isSecondInvite} wait until it is known whether the open call's connection still carries anything. Emits
 * the invite as `reviewed`: silent once nothing has arrived for `silenceMs`, not silent after `secondInviteMs`, and undecided as
 * soon as the open call ends. An invite that is cancelled meanwhile is forgotten. One waits at a time: others come again.
 *
 * Meanwhile it emits commands that measure what arrives, and repeat this side's `media` on the data channel: the SCTP stack of the
 * other side acknowledges it, so that bytes arrive even if neither side sends media (on hold, muted, or without tracks). ICE's
 * checks do not count as bytes (W3C WebRTC Statistics, `bytesReceived`).
 *
 * Time is counted in looks, so a client that slept has not waited.
 */
export function secondInvites(
  { event$, model$, settings }: SecondInviteSources,
  { scheduler }: Pick<Env, 'scheduler'>,
): Observable<CallEvent | ReviewedInvite> {
  const link$ = event$.pipe(
    ofType('peer-opened', 'peer', 'peer-closed'),
    scan(followLink, noLink),
    startWith(noLink),
    shareReplay({ bufferSize: 1, refCount: true }),
  )
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
      withLatestFrom(link$, model$),
      concatMap(([{ input, looks, silent }, link, { localMedia }]) => {
        if (input !== 'look') return []
        if (silent >= silentLooks) return [reviewed(true)]
        return looks >= mostLooks ? [reviewed(false)] : probe(callId, link, localMedia)
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
    // Kept up to date also while no invite waits.
    link$.pipe(ignoreElements()),
    event$.pipe(
      ofType('received'),
      withLatestFrom(model$),
      exhaustMap(([{ message }, model]) =>
        message.type === 'invite' && isOpen(model.call) && isSecondInvite(message, model, settings)
          ? wait(message, model.call.callId)
          : EMPTY,
      ),
    ),
  )
}

/** How often the connection was looked at since the first look, and since something arrived. */
interface Looking {
  readonly input: 'look' | 'arrived'
  readonly looks: number
  readonly silent: number
}

/** The latest peer connection, as far as commands for it depend on that. */
interface Link {
  readonly epoch: number
  readonly isOpen: boolean
  readonly hasChannel: boolean
}

const noLink: Link = { epoch: 0, isOpen: false, hasChannel: false }

type LinkEvent = Extract<CallEvent, { readonly type: 'peer-opened' | 'peer' | 'peer-closed' }>

function followLink(link: Link, event: LinkEvent): Link {
  if (event.type === 'peer-opened') return { epoch: event.epoch, isOpen: true, hasChannel: false }
  if (event.epoch !== link.epoch) return link
  if (event.type === 'peer-closed') return noLink
  return event.event.type === 'data-open' ? { ...link, hasChannel: true } : link
}

/** Emits each time that more has arrived than at the look before. */
function arrivals(event$: Observable<CallEvent>): Observable<'arrived'> {
  interface Count {
    readonly epoch: number
    readonly bytes: number
    readonly hasGrown: boolean
  }
  return event$.pipe(
    ofType('peer'),
    concatMap(({ epoch, event }) => (event.type === 'received' ? [{ epoch, bytes: event.bytes }] : [])),
    scan((before: Count | undefined, { epoch, bytes }): Count => {
      // A new peer connection counts from 0.
      const known = before?.epoch === epoch ? before.bytes : 0
      return { epoch, bytes, hasGrown: before !== undefined && bytes > known }
    }, undefined),
    concatMap((count) => (count?.hasGrown ? ['arrived' as const] : [])),
  )
}

function probe(callId: string, { epoch, isOpen, hasChannel }: Link, media: MediaStatus | null): CallEvent[] {
  const commands: PeerCommand[] = [
    ...(isOpen ? [{ type: 'measure' } as const] : []),
    ...(hasChannel && media ? [{ type: 'send', data: encodeMediaStatus(media) } as const] : []),
  ]
  return commands.map((command): CallEvent => ({ type: 'command', callId, epoch, command }))
}
