import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runnerImport } from 'vite'

// Sends made-up messages through the relay's check and routing, from the sources: npm run fuzz -- --count N --seed N

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000000' }, seed: { type: 'string' } },
})
const file = fileURLToPath(new URL('../test/attack/support/fuzz.ts', import.meta.url))
/** @type {{ module: typeof import('../test/attack/support/fuzz.ts') }} */
const { module } = await runnerImport(file, { configFile: false, logLevel: 'error' })

const batch = 100_000
const first = Number(values.seed ?? Date.now() % 2 ** 31)
const total = { accepted: 0, refused: 0, tooLarge: 0, delivered: 0 }
for (let done = 0, seed = first; done < Number(values.count); done += batch, seed++) {
  const result = module.fuzz(Math.min(batch, Number(values.count) - done), seed)
  for (const key of /** @type {(keyof typeof total)[]} */ (Object.keys(total))) total[key] += result[key]
}
console.log(
  `seeds from ${first}: ${total.accepted} accepted (${total.delivered} times delivered), ${total.refused} refused, ` +
    `${total.tooLarge} too large; nothing was decided, changed or delivered wrongly`,
)
