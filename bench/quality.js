import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openPage } from './lib/open-page.js'
import { median, quartiles, table } from './lib/statistics.js'

// Measures the CPU time of the main thread for each client and second of a call: with a subscriber to `quality`, and
// without. The two take turns within one call. See README.md.

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '8' }, seconds: { type: 'string', default: '6' } },
})
const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)]

await openPage(
  'quality.html',
  async (page) => {
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    /** The seconds that the main thread has worked so far. */
    const worked = async () => {
      const { metrics } = await session.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN
    }
    await page.evaluate(() => Reflect.get(globalThis, 'bench').connect())
    /** @type {number[][]} */
    const times = [[], []]
    for (let round = 0; round < rounds; round++)
      for (const watches of round % 2 === 0 ? [false, true] : [true, false]) {
        await page.evaluate((watches) => Reflect.get(globalThis, 'bench').watch(watches), watches)
        await setTimeout(1_000)
        const before = await worked()
        await setTimeout(seconds * 1_000)
        times[Number(watches)]?.push((((await worked()) - before) * 1_000) / seconds / 2)
      }
    const [without = [], within = []] = times
    const rows = /** @type {const} */ ([
      ['without', without],
      ['with quality', within],
      ['difference', within.map((each, i) => each - (without[i] ?? NaN))],
    ]).map(([name, values]) => [
      name,
      median([...values]).toFixed(2),
      quartiles([...values])
        .map((value) => value.toFixed(2))
        .join('–'),
    ])
    console.log(table([['ms for each client and second', 'median', '25–75 %'], ...rows]))
  },
  ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
)
