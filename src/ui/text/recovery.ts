import type { Recovery } from 'rxcall'

interface Words {
  readonly status: string
  readonly hint: string
}

/**
 * Describes how an interrupted call is being recovered. Sounds calm, because most calls come back by themselves.
 *
 * @param recovery `null` if nothing is known about it.
 */
export function recoveryInWords(recovery: Pick<Recovery, 'step' | 'attempt'> | null, user: string): Words {
  switch (recovery?.step) {
    case undefined:
      return { status: `Reconnecting to ${user}…`, hint: usually }
    case 'wait':
      return { status: 'Connection interrupted – waiting…', hint: usually }
    case 'restart':
      return {
        status: `Reconnecting, try ${recovery.attempt}…`,
        hint: `Looking for another way to ${user}`,
      }
    case 'replace':
      return {
        status: 'Opening a new connection…',
        hint: 'The call stays open',
      }
  }
}

const usually = 'It usually comes back by itself'
