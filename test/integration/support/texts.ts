import { filter, map, type Observable } from 'rxjs'
import type { CallClient, TextMessage } from 'rxcall'

/** Emits each text of the call as it is written or arrives, and again when it is delivered. */
export const texts = ({ event$ }: Pick<CallClient, 'event$'>): Observable<TextMessage> =>
  event$.pipe(
    filter((event) => event.type === 'text'),
    map(({ message }) => message),
  )
