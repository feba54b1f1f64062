import { map, type Observable } from 'rxjs'
import type { CallEvent, Stages } from '../core/index.ts'
import type { Overrides } from '../core/overrides.ts'
import { completeStages } from '../core/stages/default-stages.ts'

/**
 * Names the stage that emitted an event. A call completes what its stages emit, by spreading it; a symbol survives
 * that, and no JSON shows it. Of a message to send, the call spreads the message alone.
 */
const emitter = Symbol('the stage that emitted this')

type Output = object & { readonly message?: object }
type AnyStage = (...args: readonly unknown[]) => Observable<Output>

/** The stages of a client, each of which puts its name on everything that it emits. */
export function namedStages(overrides: Overrides<Stages> | undefined): Stages {
  const stages = completeStages(overrides) as unknown as Record<string, AnyStage>
  const named = Object.entries(stages).map(([name, stage]) => [
    name,
    (...args: readonly unknown[]) => stage(...args).pipe(map((output) => withEmitter(output, name))),
  ])
  return Object.fromEntries(named) as Stages
}

/** The stage that emitted an event of a client with {@link namedStages}; `undefined` if it came through a port. */
export function stageOf(event: CallEvent): string | undefined {
  return nameOn(event) ?? (event.type === 'send' ? nameOn(event.message) : undefined)
}

/** If a stage passes on what another one emitted, the name of that one stays. */
function withEmitter(output: Output, name: string): Output {
  if (emitter in output) return output
  const named = { ...output, [emitter]: name }
  const isSent = 'type' in output && output.type === 'send' && output.message !== undefined
  return isSent ? { ...named, message: { ...output.message, [emitter]: name } } : named
}

const nameOn = (value: object): string | undefined =>
  emitter in value ? (value[emitter] as string) : undefined
