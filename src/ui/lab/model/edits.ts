import type { MessageChange, Scene, SceneMessage, TimelineEntry } from 'rxcall/testing'

/** Names one message of a scene. A message that is sent again is another one. */
export type MessageName = Pick<SceneMessage, 'from' | 'to' | 'type' | 'nth'>

/**
 * The entries keep their places in the list, so that a place names an entry while it is moved. {@link inOrder} sorts
 * them for running.
 */
function withTimeline(scene: Scene, timeline: readonly TimelineEntry[]): Scene {
  return { ...scene, scenario: { ...scene.scenario, timeline } }
}

export function addEntry(scene: Scene, entry: TimelineEntry): Scene {
  return withTimeline(scene, [...scene.scenario.timeline, entry])
}

export function replaceEntry(scene: Scene, index: number, entry: TimelineEntry): Scene {
  return withTimeline(
    scene,
    scene.scenario.timeline.map((each, place) => (place === index ? entry : each)),
  )
}

/** Moves an entry to a time in milliseconds, at the earliest to 0. */
export function moveEntry(scene: Scene, index: number, at: number): Scene {
  const entry = scene.scenario.timeline[index]
  const time = Math.max(0, Math.round(at))
  return entry === undefined || entry.at === time ? scene : replaceEntry(scene, index, { ...entry, at: time })
}

export function removeEntry(scene: Scene, index: number): Scene {
  return withTimeline(
    scene,
    scene.scenario.timeline.filter((_, place) => place !== index),
  )
}

/** The scene with its entries sorted by time. Those of the same time keep their order. */
export function inOrder(scene: Scene): Scene {
  const { timeline } = scene.scenario
  const isSorted = timeline.every(({ at }, index) => index === 0 || at >= (timeline[index - 1]?.at ?? 0))
  return isSorted
    ? scene
    : withTimeline(
        scene,
        [...timeline].sort((a, b) => a.at - b.at),
      )
}

export function isSameMessage(one: MessageName, other: MessageName): boolean {
  return one.from === other.from && one.to === other.to && one.type === other.type && one.nth === other.nth
}

/** What the scene does to a message; undefined if it is delivered as usual. */
export function changeOf(scene: Scene, message: MessageName): MessageChange | undefined {
  return scene.messages?.find((each) => isSameMessage(each, message))
}

/** Changes what happens to a message, or delivers it as usual if `what` is undefined. */
export function changeMessage(
  scene: Scene,
  { from, to, type, nth }: MessageName,
  what: Pick<MessageChange, 'does' | 'ms'> | undefined,
): Scene {
  const name = { from, to, type, nth }
  const others = scene.messages?.filter((each) => !isSameMessage(each, name)) ?? []
  const messages = what === undefined ? others : [...others, { ...name, ...what }]
  const { messages: _, ...rest } = scene
  return messages.length === 0 ? rest : { ...rest, messages }
}
