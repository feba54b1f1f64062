import { describe, expect, it } from 'vitest'
import { runScene, startScenes, type SceneRun } from '../../../src/testing/index.ts'

const runOf = (id: string): SceneRun => {
  const scene = startScenes.find((each) => each.id === id)?.scene
  if (!scene) throw new Error(`there is no start scene ${id}`)
  return runScene(scene)
}

/** The phases of each tab, with the times of those that name one. */
const phasesOf = (run: SceneRun) =>
  run.clients.map(({ user, phases }) => `${user}: ${phases.map(({ phase }) => phase).join(' ')}`)

const calling = 'idle calling:capturing calling:inviting calling:ringing'

const told: Record<string, string[]> = {
  call: [
    `alice: ${calling} connecting connected ended:hung-up:local`,
    'bob: idle ringing connecting connected ended:hung-up:remote',
  ],
  decline: [`alice: ${calling} ended:declined:remote`, 'bob: idle ringing ended:declined:local'],
  busy: [
    `alice: ${calling} connecting connected ended:hung-up:local`,
    'bob: idle ringing connecting connected ended:hung-up:remote',
    'carol: idle calling:capturing calling:inviting ended:busy:remote',
  ],
  glare: [
    'alice: idle calling:capturing calling:inviting connecting connected ended:hung-up:remote',
    'bob: idle calling:capturing calling:inviting connecting connected ended:hung-up:local',
  ],
  devices: [
    `alice: ${calling} connecting connected ended:hung-up:local`,
    'bob: idle ringing ended:answered-elsewhere:remote',
    'bob: idle ringing connecting connected ended:hung-up:remote',
  ],
  'lost-answer': [
    `alice: ${calling} connecting connected ended:hung-up:local`,
    'bob: idle ringing connecting connected ended:hung-up:remote',
  ],
  'relay-restart': [
    `alice: ${calling} connecting connected ended:hung-up:remote`,
    'bob: idle ringing connecting connected ended:hung-up:local',
  ],
  'path-cut': [
    `alice: ${calling} connecting connected reconnecting connected ended:hung-up:local`,
    'bob: idle ringing connecting connected reconnecting connected ended:hung-up:remote',
  ],
  'closed-tab': [
    `alice: ${calling} connecting connected ended:hung-up:remote ${calling.slice(5)} connecting connected ended:hung-up:remote`,
    'bob: idle ringing connecting connected ended:hung-up:local',
    'bob: idle ringing connecting connected ended:hung-up:local',
  ],
}

describe('a start scene', () => {
  it.each(startScenes.map(({ id }) => id))('%s goes as its title says, and breaks no invariant', (id) => {
    const run = runOf(id)
    expect(run.violation).toBeUndefined()
    expect(phasesOf(run)).toEqual(told[id])
  })

  it.each(startScenes)('$id has a short title and one or two sentences', ({ scene, says }) => {
    expect(scene.title.length).toBeLessThan(40)
    expect(says).toMatch(/^[A-Z][^.]*\.( [A-Z][^.]*\.)?( [A-Z][^.]*\.)?$/)
  })

  it.each(startScenes)('$id shows everything that its users do in the timeline', ({ scene }) => {
    for (const { answers } of scene.scenario.clients) expect(answers).toEqual([])
  })
})

describe('lost-answer', () => {
  it('loses one answer, and Bob sends another one a second later', () => {
    const answers = runOf('lost-answer').messages.filter(({ type }) => type === 'answer')
    expect(answers).toMatchObject([
      { from: 1, to: 0, nth: 1, sentAt: 1_103, arrivesAt: [] },
      { from: 1, to: 0, nth: 2, sentAt: 2_120, arrivesAt: [2_130] },
    ])
  })
})

describe('relay-restart', () => {
  it('tells Bob that Alice muted herself while the relay is away', () => {
    const [alice, bob] = runOf('relay-restart').clients
    expect(alice?.states.some(({ at, state }) => at === 2_500 && state.connection.status !== 'online')).toBe(
      true,
    )
    const muted = bob?.states.find(({ state }) => state.remoteMedia?.audio === 'muted')
    expect(muted?.at).toBeLessThan(2_600)
  })
})

describe('closed-tab', () => {
  it('has a second tab of Bob, who was away for a second', () => {
    const [, bob, again] = runOf('closed-tab').clients
    expect(bob).toMatchObject({ client: 1, startedAt: 0, endedAt: 2_000 })
    expect(again).toMatchObject({ client: 1, startedAt: 3_001 })
    expect(again).not.toHaveProperty('endedAt')
  })
})
