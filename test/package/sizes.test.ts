import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../../scripts/lib/ensure-built.js'
import { root } from '../../scripts/lib/run.js'
import { bin, run } from './support/programs.ts'

interface Row {
  readonly name: string
  readonly size: number
  readonly sizeLimit: number
}

describe('what a page loads', () => {
  let rows: readonly Row[] = []
  beforeAll(async () => {
    expect(await ensureBuilt(), 'the build').toBe(true)
    const { out, err } = await run(bin(root, 'size-limit'), ['--json'], root)
    expect(out, err).toMatch(/^\[/)
    rows = JSON.parse(out) as Row[]
  })

  it('is within the limits', () => {
    expect(rows.map(({ name }) => name)).toHaveLength(11)
    for (const { name, size, sizeLimit } of rows) expect(size, name).toBeLessThanOrEqual(sizeLimit)
  })

  it('has limits that a tenth more would break', () => {
    for (const { name, size, sizeLimit } of rows) expect(size * 1.1, name).toBeGreaterThan(sizeLimit)
  })

  it('is what README.md says', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8')
    const [paragraph] = /In the browser, minified[^]*?\n\n/.exec(readme) ?? ['']
    const said = [...paragraph.matchAll(/(\d+) kB/g)].map(([, figure]) => Number(figure))
    const measured = rows.filter(({ name }) => /^(client$|call)/.test(name)).map(({ size }) => size / 1_000)
    expect(said).toHaveLength(measured.length)
    for (const [index, figure] of measured.entries()) expect(said[index]).toBeCloseTo(figure, 0)
  })
})
