import { describe, expect, it } from 'vitest'
import { decodeScene, encodeScene, startScenes, type Scene } from 'rxcall/testing'
import {
  addEntry,
  changeMessage,
  changeOf,
  inOrder,
  moveEntry,
  removeEntry,
} from '../../../src/ui/lab/model/edits.ts'
import { isSameScene } from '../../../src/ui/lab/model/same-scene.ts'

const sceneOf = (id: string): Scene => {
  const found = startScenes.find((each) => each.id === id)
  if (!found) throw new Error(`no such scene: ${id}`)
  return found.scene
}
const call = sceneOf('call')
const answer = { from: 1, to: 0, type: 'answer', nth: 1 } as const
const times = ({ scenario }: Scene) => scenario.timeline.map(({ at }) => at)

describe('the timeline', () => {
  it('moves an entry without changing its place in the list', () => {
    expect(times(moveEntry(call, 0, 5_000))).toEqual([5_000, 1_100, 4_100])
  })

  it('moves no entry before the beginning', () => {
    expect(times(moveEntry(call, 0, -50))).toEqual([0, 1_100, 4_100])
  })

  it('returns the same scene if the entry does not move', () => {
    expect(moveEntry(call, 0, 100)).toBe(call)
  })

  it('adds an entry and removes it again', () => {
    const added = addEntry(call, { at: 10, client: 0, action: { type: 'hang-up' } })
    expect(times(added)).toEqual([100, 1_100, 4_100, 10])
    expect(removeEntry(added, 3)).toEqual(call)
  })

  it('is sorted by time to run, and keeps the order of entries at the same time', () => {
    const added = addEntry(moveEntry(call, 0, 1_100), { at: 0, client: 0, action: { type: 'close' } })
    expect(inOrder(added).scenario.timeline.map((each) => 'action' in each && each.action.type)).toEqual([
      'close',
      'call',
      'accept',
      'hang-up',
    ])
    expect(inOrder(call)).toBe(call)
  })
})

describe('the messages', () => {
  it('replaces what happened to a message before', () => {
    const delayed = changeMessage(call, answer, { does: 'delay', ms: 200 })
    expect(changeOf(delayed, answer)).toEqual({ ...answer, does: 'delay', ms: 200 })
    expect(changeMessage(delayed, answer, { does: 'lose' }).messages).toEqual([{ ...answer, does: 'lose' }])
  })

  it('is the scene of before once a message is delivered as usual', () => {
    const lost = changeMessage(call, answer, { does: 'lose' })
    expect(changeMessage(lost, answer, undefined)).toEqual(call)
  })

  it('leads from a plain call to the scene of the lost answer', () => {
    expect(changeMessage(call, answer, { does: 'lose' })).toEqual({
      ...sceneOf('lost-answer'),
      title: call.title,
    })
  })
})

it.each(startScenes.map(({ id, scene }) => [id, scene] as const))(
  'knows the scene %s again after it was an address',
  (_, scene) => {
    const decoded = decodeScene(encodeScene(scene))
    if (!decoded.ok) throw new Error(decoded.problem)
    expect(isSameScene(decoded.scene, scene)).toBe(true)
    expect(isSameScene(moveEntry(decoded.scene, 0, 777), scene)).toBe(false)
  },
)

it('knows a scene again whatever the order of its properties is', () => {
  const { title, scenario } = call
  expect(isSameScene({ scenario, title }, { title, scenario })).toBe(true)
})
