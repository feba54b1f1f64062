import { comparable, type Lanes } from './lanes.ts'
import type { ConnectionWorld, Description, Kind, ScriptedConnection } from './connections.ts'

/** The result of a script: how each step ended, and the events of each side. */
export interface ScriptResult {
  readonly outcomes: readonly string[]
  readonly lanes: () => Readonly<Record<string, Lanes>>
}

const strange: Record<string, RTCIceCandidateInit | null> = {
  end: null,
  empty: { candidate: '', sdpMid: '0', sdpMLineIndex: 0 },
  'of-no-known-section': {
    candidate: 'candidate:1 1 udp 9 127.0.0.1 5 typ host',
    sdpMid: '77',
    sdpMLineIndex: 77,
  },
  nonsense: { candidate: 'nonsense', sdpMid: '0', sdpMLineIndex: 0 },
  good: { candidate: 'candidate:1 1 udp 9 127.0.0.1 5 typ host', sdpMid: '0', sdpMLineIndex: 0 },
}

/**
 * Runs a script, one step a line, `who verb what`, in a world. A name opens its connection when it comes first.
 *
 * `create offer` and `create answer` store the description as `a.offer`. `local` and `remote` apply it to any side, at
 * any time, and repeatedly. `meets b` is a whole negotiation with candidates, by `a`'s offer.
 */
export async function runScript(world: ConnectionWorld, script: readonly string[]): Promise<ScriptResult> {
  const connections = new Map<string, ScriptedConnection>()
  const notes = new Map<string, Description>([['nonsense', { type: 'offer', sdp: 'nonsense' }]])
  const outcomes: string[] = []
  const givenTo = new Map<string, number>()

  const find = (name: string): ScriptedConnection => {
    const known = connections.get(name) ?? world.connection()
    connections.set(name, known)
    return known
  }
  const described = (name: string): Description => {
    const description = name === 'rollback' ? ({ type: name, sdp: '' } as const) : notes.get(name)
    if (!description) throw new Error(`nobody has made ${name}`)
    return description
  }
  const giveCandidates = async (from: string, to: string): Promise<void> => {
    const given = givenTo.get(from + to) ?? 0
    await world.settle(() => find(from).candidates.length > given)
    const candidates = find(from).candidates.slice(given)
    givenTo.set(from + to, given + candidates.length)
    for (const candidate of candidates) await find(to).addCandidate(candidate)
  }
  const verbs: Record<string, (connection: ScriptedConnection, what: string, who: string) => unknown> = {
    adds: (connection, kind) => connection.addTrack(kind as Kind),
    removes: (connection, kind) => connection.removeTrack(kind as Kind),
    receives: (connection, kind) => connection.receive(kind as Kind),
    replaces: (connection, kinds) => {
      const [from, to] = kinds.split('>') as [Kind, Kind]
      return connection.replaceTrack(from, to)
    },
    channel: (connection) => connection.createDataChannel(),
    sends: (connection, text) => connection.send(text),
    restarts: (connection) => connection.restartIce(),
    creates: async (connection, type, who) => {
      notes.set(`${who}.${type}`, await connection.create(type as 'offer' | 'answer'))
    },
    local: (connection, name) => connection.setLocal(described(name)),
    remote: (connection, name) => connection.setRemote(described(name)),
    makes: async (_connection, type, who) => {
      await perform(who, 'creates', type)
      await perform(who, 'local', `${who}.${type}`)
    },
    candidates: (_connection, from, who) => giveCandidates(from, who),
    candidate: (connection, which) => connection.addCandidate(strange[which] ?? null),
    meets: async (_connection, other, who) => {
      await perform(who, 'makes', 'offer')
      await perform(other, 'remote', `${who}.offer`)
      await perform(other, 'makes', 'answer')
      await perform(who, 'remote', `${other}.answer`)
    },
    awaits: (connection, event) => world.settle(() => connection.log.has(event)),
    closes: (connection) => connection.close(),
  }
  const perform = async (who: string, verb: string, what: string): Promise<void> => {
    const act = verbs[verb]
    if (act === undefined) throw new Error(`a script knows no ${verb}`)
    await act(find(who), what, who)
  }

  for (const line of script) {
    const [who = '', verb = '', what = ''] = line.split(' ')
    outcomes.push(
      await perform(who, verb, what).then(
        () => 'ok',
        (thrown: unknown) => refusalOf(thrown, verb, what),
      ),
    )
  }
  return {
    outcomes: outcomes.map((outcome, i) => `${script[i] ?? ''}: ${outcome}`),
    lanes: () => Object.fromEntries([...connections].map(([name, { log }]) => [name, withoutEnd(log.all)])),
  }
}

function withoutEnd(lanes: Lanes): Lanes {
  const { candidate = [], ...rest } = comparable(lanes)
  return candidate.includes('some') ? { ...rest, candidate: ['some'] } : rest
}

function refusalOf(thrown: unknown, verb: string, what: string): string {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : 'unknown'
  // libwebrtc in Node has other names for errors of unreadable descriptions and refused candidates.
  return verb === 'candidate' || what === 'nonsense' ? 'refused' : name
}
