import { describe, expect, it } from 'vitest'
import { runScene, startScenes, type Scene } from 'rxcall/testing'
import { keyOf, layOutArrows, roomFor } from '../../../src/ui/lab/model/arrows.ts'
import { addEntry, changeMessage } from '../../../src/ui/lab/model/edits.ts'
import { faultChoices, faultEntry } from '../../../src/ui/lab/model/faults.ts'
import { BAND, layOut } from '../../../src/ui/lab/model/layout.ts'
import { momentAfter, momentBefore, momentsOf } from '../../../src/ui/lab/model/moments.ts'
import { outcomeInWords } from '../../../src/ui/lab/model/outcome.ts'
import { namesOf, rowsOf, shownAt } from '../../../src/ui/lab/model/rows.ts'
import { timeScale } from '../../../src/ui/lab/model/time-scale.ts'

const sceneOf = (id: string): Scene => {
  const found = startScenes.find((each) => each.id === id)
  if (!found) throw new Error(`no such scene: ${id}`)
  return found.scene
}
const answer = { from: 1, to: 0, type: 'answer', nth: 1 } as const

function draw(scene: Scene) {
  const run = runScene(scene)
  const room = roomFor(run.messages)
  const moments = momentsOf(scene, run).map((at) => ({ at, room: room.get(at) ?? 0 }))
  const scale = timeScale(moments, run.duration)
  const layout = layOut(scene, rowsOf(scene, run), scale)
  return { run, scale, layout, arrows: layOutArrows(scene, run.messages, layout.rows, scale) }
}

describe('the rows of a run', () => {
  it('show the phases of each user without a gap', () => {
    const scene = sceneOf('call')
    const [alice, bob] = rowsOf(scene, runScene(scene))
    expect(alice?.bands.map(({ phase }) => phase)).toEqual([
      'idle',
      'calling',
      'connecting',
      'connected',
      'ended',
    ])
    expect(bob?.bands.map(({ phase }) => phase)).toEqual([
      'idle',
      'ringing',
      'connecting',
      'connected',
      'ended',
    ])
    for (const { bands } of [alice, bob].flatMap((row) => row ?? []))
      for (const [index, { from }] of bands.entries()) if (index > 0) expect(from).toBe(bands[index - 1]?.to)
  })

  it('show a closed tab until it is open again', () => {
    const scene = sceneOf('closed-tab')
    const bob = rowsOf(scene, runScene(scene))[1]
    const gone = bob?.bands.find(({ phase }) => phase === 'gone')
    if (!bob || !gone) throw new Error('the tab is never closed')
    expect(gone.from).toBe(2_000)
    expect(gone.to).toBe(bob.tabs[1]?.startedAt)
    expect(shownAt(bob, gone.to - 1).isOpen).toBe(false)
    expect(shownAt(bob, gone.to).isOpen).toBe(true)
  })

  it('show the state of a moment', () => {
    const scene = sceneOf('call')
    const alice = rowsOf(scene, runScene(scene))[0]
    if (!alice) throw new Error('no row')
    expect(shownAt(alice, 99).state.call.phase).toBe('idle')
    expect(shownAt(alice, 100).state.call.phase).toBe('calling')
    expect(shownAt(alice, 2_000).state.call.phase).toBe('connected')
  })

  it('number the tabs of one user', () => {
    expect(namesOf(['alice', 'bob', 'bob'])).toEqual(['alice', 'bob', 'bob 2'])
  })
})

describe('the moments of a run', () => {
  it('are found one after the other, in both directions', () => {
    const scene = sceneOf('decline')
    const moments = momentsOf(scene, runScene(scene))
    expect(moments.slice(0, 3)).toEqual([0, 100, 110])
    expect(momentAfter(moments, 100)).toBe(110)
    expect(momentBefore(moments, 105)).toBe(100)
    expect(momentBefore(moments, 0)).toBe(0)
    expect(momentAfter(moments, 99_999)).toBe(99_999)
  })
})

describe('the arrows of a run', () => {
  it.each(startScenes.map(({ id }) => [id]))('lead from row to row in the scene %s', (id) => {
    const { arrows, layout, run } = draw(sceneOf(id))
    expect(arrows).toHaveLength(run.messages.length)
    expect(new Set(arrows.map(({ key }) => key)).size).toBe(arrows.length)
    for (const { message, tail, heads, isLost } of arrows) {
      const [from, to] = [layout.rows[message.from], layout.rows[message.to]]
      expect([from?.band, (from?.band ?? 0) + BAND]).toContain(tail.y)
      for (const head of heads) {
        expect(head.x).toBeGreaterThan(tail.x)
        if (!isLost) expect([to?.band, (to?.band ?? 0) + BAND]).toContain(head.y)
      }
    }
  })

  it.each(startScenes.map(({ id }) => [id]))('have labels that cover no other in the scene %s', (id) => {
    const { arrows } = draw(sceneOf(id))
    const labels = arrows.map(({ label, message }) => ({ ...label, half: message.type.length * 3 }))
    for (const [index, one] of labels.entries())
      for (const other of labels.slice(index + 1))
        expect(one.y !== other.y || Math.abs(one.x - other.x) >= one.half + other.half).toBe(true)
  })

  it('break off before the other row if the message is lost, after its label', () => {
    const { arrows, layout } = draw(changeMessage(sceneOf('call'), answer, { does: 'lose' }))
    const lost = arrows.find(({ key }) => key === keyOf(answer))
    expect(lost?.isLost).toBe(true)
    expect(lost?.heads[0]?.y).toBeGreaterThan((layout.rows[0]?.band ?? 0) + BAND)
    expect(lost?.label.y).toBeGreaterThan(lost?.heads[0]?.y ?? Infinity)
  })

  it('have two heads if the message is doubled', () => {
    const { arrows } = draw(changeMessage(sceneOf('call'), answer, { does: 'double', ms: 50 }))
    expect(arrows.find(({ key }) => key === keyOf(answer))?.heads).toHaveLength(2)
  })
})

describe('the outcome of a run', () => {
  it('says when the call connects', () => {
    const plain = sceneOf('call')
    const lost = changeMessage(plain, answer, { does: 'lose' })
    expect(outcomeInWords(plain, runScene(plain))).toBe('alice and bob connect after 1.02 s')
    expect(outcomeInWords(lost, runScene(lost))).toMatch(/^alice and bob connect after 2\.\d+ s$/)
  })

  it('says how the call ends for each user if nobody connects', () => {
    const scene = sceneOf('decline')
    expect(outcomeInWords(scene, runScene(scene))).toBe(
      'nobody connects; alice: Call ended: bob declined; bob: Call ended: you declined',
    )
  })

  it('says which invariant is broken', () => {
    const scene = sceneOf('call')
    const violation = { invariant: 'settles', at: 5, client: 'bob', message: 'why' } as const
    expect(outcomeInWords(scene, { ...runScene(scene), violation })).toBe('settles is broken: why')
  })
})

it.each(faultChoices.map((choice) => [choice.kind, choice] as const))(
  'can add the fault %s to a call, and nothing breaks',
  (_, choice) => {
    const scene = addEntry(sceneOf('call'), faultEntry(choice, 2_000, 1))
    expect(draw(scene).run.violation).toBeUndefined()
  },
)
