import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { thumbnails } from '../../scripts/thumbnails/thumbnails.ts'

const folder = new URL('../../docs/scenes/', import.meta.url)

it('the pictures in docs/scenes are those of the runs; `npm run thumbnails` draws them again', () => {
  const drawn = thumbnails()
  expect(readdirSync(folder).sort()).toEqual([...drawn.keys()].sort())
  for (const [name, svg] of drawn) expect(readFileSync(new URL(name, folder), 'utf8'), name).toBe(svg)
})

it('the README shows one of them', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  expect([...thumbnails().keys()].filter((name) => readme.includes(`docs/scenes/${name}`))).not.toEqual([])
})
