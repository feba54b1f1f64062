import { parseArgs } from 'node:util'
import { openPage } from './lib/open-page.js'
import { median, quartiles, table } from './lib/statistics.js'

// Measures how many frames a second the inspector draws with 10,000 events, while its view changes in each frame. An
// empty page takes turns with it. See README.md.

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const rounds = Number(options.rounds)

const variants = /** @type {const} */ ([
  ['empty page', 'control', false],
  ['all in sight', 'inspector', false],
  ['a part in sight', 'inspector', true],
])

await openPage('inspector.html', async (page) => {
  /** @type {Map<string, number[]>} */
  const frames = new Map()
  for (let round = 0; round < rounds; round++)
    for (const [name, method, argument] of round % 2 === 0 ? variants : variants.toReversed()) {
      const count = await page.evaluate(
        ([method, argument]) =>
          /** @type {Promise<number>} */ (Reflect.get(globalThis, 'bench')[method](argument)),
        /** @type {const} */ ([method, argument]),
      )
      frames.set(name, [...(frames.get(name) ?? []), count])
    }
  const rows = [...frames].map(([name, counts]) => [
    name,
    median(counts).toFixed(1),
    quartiles(counts)
      .map((count) => count.toFixed(0))
      .join('–'),
  ])
  console.log(table([['frames a second', 'median', '25–75 %'], ...rows]))
})
