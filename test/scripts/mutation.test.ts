import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { choose } from '../../scripts/mutation/choose.js'
import { rooms } from '../../scripts/mutation/rooms.js'
import { line, scoreOf } from '../../scripts/mutation/score.js'

const chosen = (...paths: string[]) =>
  choose(paths).map(({ room, files, isWhole }) => `${room.folder} ${files}${isWhole ? '' : ' in part'}`)

describe('what is mutated', () => {
  it('is every folder of src/core with code, each with its own tests', () => {
    const root = new URL('../../', import.meta.url)
    const foldersOf = (base: string, ending: string) =>
      readdirSync(new URL(base, root), { recursive: true, withFileTypes: true })
        .filter(({ name }) => name.endsWith(ending))
        .map(({ parentPath }) => parentPath.replaceAll('\\', '/'))
        .map((path) => path.slice(path.indexOf(base)).replace(/\/$/, ''))
    const withCode = new Set(foldersOf('src/core', '.ts'))
    const withTests = new Set(foldersOf('test/core', '.test.ts').map((path) => path.replace(/^test/, 'src')))
    // Ports are types. What is real of them is not for virtual time.
    withCode.delete('src/core/ports')
    const folders = rooms.map(({ folder }) => folder)
    expect(folders.toSorted()).toEqual([...withCode].toSorted())
    for (const folder of folders) expect([...withTests]).toContain(folder)
  })

  it('is all of the core by default', () => {
    expect(choose([])).toHaveLength(rooms.length)
    expect(chosen()).toContain('src/core/negotiation src/core/negotiation/*.ts')
  })

  it('is a folder with its subfolders, however its path is written', () => {
    expect(chosen('./src/core/negotiation/')).toEqual(['src/core/negotiation src/core/negotiation/*.ts'])
    expect(chosen('src/core/call').map((each) => each.split(' ')[0])).toContain('src/core/call/setup')
  })

  it('is one file, with the tests of its folder, whose threshold does not count', () => {
    const file = 'src/core/call/recovery/plan.ts'
    expect(chosen(file)).toEqual([`src/core/call/recovery ${file} in part`])
  })

  it.each(['src/ui', 'src/core/no-such', 'src/core/no-such.ts', 'src/core/ports', '--forced'])(
    'cannot be %s',
    (path) => {
      expect(() => choose([path])).toThrow(`not a folder or file of src/core with tests: ${path}`)
    },
  )
})

describe('the score', () => {
  it('counts unreached mutants as survived, endless loops as noticed, and ignores mutants that cannot run', () => {
    const statuses = ['Killed', 'Killed', 'Killed', 'Survived', 'NoCoverage', 'Timeout', 'RuntimeError']
    const score = scoreOf(statuses.map((status) => ({ status })))
    expect(line(score)).toBe('mutation score 66.7 killed 3 survived 2 timeout 1')
  })

  it('is 100 when there is nothing to notice', () => {
    expect(line(scoreOf([]))).toBe('mutation score 100.0 killed 0 survived 0 timeout 0')
  })
})
