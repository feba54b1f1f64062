import { describe, expect, it } from 'vitest'
import { faultKinds, runScene } from 'rxcall/testing'
import { labBugs } from '../../../src/ui/lab/bugs/index.ts'
import { cellCount, coveredPairs, placeOf } from '../../../src/ui/lab/simulator/cells.ts'
import { search, type SearchReport } from '../../../src/ui/lab/simulator/search.ts'

const camera = labBugs.find(({ id }) => id === 'leaves-the-camera-on')

function searching(options: Parameters<typeof search>[0]): readonly SearchReport[] {
  const reports: SearchReport[] = []
  search(options, (report) => reports.push(report))
  return reports
}

describe('a search', () => {
  it('reports progress and finds nothing in the core', () => {
    const reports = searching({ calls: 60, seed: 1, bug: undefined })
    const progress = reports.flatMap((report) => (report.type === 'progress' ? [report] : []))
    expect(progress.length).toBeGreaterThan(1)
    expect(progress.at(-1)?.calls).toBeGreaterThanOrEqual(60)
    expect(reports.at(-1)).toEqual({ type: 'done' })
    const cells = progress.flatMap((report) => report.cells)
    expect(new Set(cells).size).toBe(cells.length)
    for (const cell of cells) expect(placeOf(cell), cell).toBeDefined()
  })

  it('finds a bug, and leaves out of its world whatever the bug does not need', () => {
    if (!camera) throw new Error('no such bug')
    const reports = searching({ calls: 1_000, seed: 1, bug: camera })
    const last = reports.at(-1)
    if (last?.type !== 'shrunk') throw new Error('not found')
    expect(last.violation.invariant).toBe(camera.breaks)
    expect(last.scenario.timeline.length).toBeLessThanOrEqual(3)
    expect(last.scenario.clients.length).toBeLessThanOrEqual(2)
    const left = reports.flatMap((report) => (report.type === 'shrinking' ? [report.entries] : []))
    expect(left.at(-1)).toBe(last.scenario.timeline.length)
    const scene = { title: camera.title, scenario: last.scenario }
    expect(runScene(scene, { stages: camera.stages }).violation?.invariant).toBe(camera.breaks)
    expect(runScene(scene).violation).toBeUndefined()
  })
})

it('the grid has a place for every fault and pair of phases, and for nothing else', () => {
  expect(placeOf(`${faultKinds[2] ?? ''} ${coveredPairs[8] ?? ''}`)).toEqual({ row: 2, column: 8 })
  expect(cellCount).toBe(faultKinds.length * 49)
  expect(placeOf('nothing idle×idle')).toBeUndefined()
  expect(placeOf('loss idle×gone')).toBeUndefined()
})
