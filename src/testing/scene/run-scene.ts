import type { Stages } from '../../core/index.ts'
import type { Overrides } from '../../core/overrides.ts'
import type { Violation } from '../simulator/monitor.ts'
import { runScenario } from '../simulator/run-scenario.ts'
import type { Scenario } from '../simulator/scenario.ts'
import type { RoutedMessage } from '../simulator/world-observer.ts'
import { observeTab } from './observe-tab.ts'
import type { Scene } from './scene.ts'
import type { SceneRun } from './scene-run.ts'

export interface RunSceneOptions {
  /** Stages that replace the built-in ones in every client. */
  readonly stages?: Overrides<Stages> | undefined
}

/**
 * Runs a scene to its end, in virtual time, and returns everything that happened. Synchronous and pure: the same scene
 * gives the same result in Node.js and in a browser. Never throws for a scene that {@link decodeScene} accepts.
 *
 * @example
 * const { violation, clients } = runScene(startScenes[0].scene)
 * expect(violation).toBeUndefined()
 * expect(clients[0]?.phases.at(-1)?.phase).toBe('ended:hung-up:local')
 */
export function runScene(scene: Scene, { stages }: RunSceneOptions = {}): SceneRun {
  const { scenario, messages } = scene
  const tabs: ReturnType<typeof observeTab>[] = []
  const routed: RoutedMessage[] = []
  const { violation, hash, endedAt } = runScenario(withoutRecordings(scenario), {
    stages,
    messages,
    observer: {
      opened(opened) {
        const tab = observeTab(opened)
        tabs.push(tab)
        return tab
      },
      routed: (message) => void routed.push(message),
    },
  })
  return {
    hash: hash.toString(16).padStart(8, '0'),
    violation: violation ?? violationWithoutLog(scene, stages),
    duration: endedAt,
    clients: tabs.map((tab) => tab.seen()),
    messages: routed,
  }
}

/**
 * A log separates inputs, even those that a peer emits during a command, and stops the clock meanwhile. Few worlds can
 * notice that. They run again without a log, so that what the simulator has found in one is found here, too.
 */
function violationWithoutLog(
  { scenario, messages }: Scene,
  stages: Overrides<Stages> | undefined,
): Violation | undefined {
  const notices =
    stages !== undefined ||
    scenario.clients.some(({ recordsAt }) => recordsAt !== undefined) ||
    scenario.timeline.some((entry) => 'fault' in entry && entry.fault.startsWith('peer-'))
  return notices ? runScenario(scenario, { stages, messages }).violation : undefined
}

/** A recording by a client itself would take the place of the log. It changes nothing that happens. */
function withoutRecordings(scenario: Scenario): Scenario {
  return { ...scenario, clients: scenario.clients.map(({ recordsAt: _, ...user }) => user) }
}
