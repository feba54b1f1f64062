import { choose } from './choose.js'
import { mutate } from './mutate.js'
import { line, percentOf, scoreOf } from './score.js'

// Mutates what the arguments name, folder by folder. The first argument is the sandbox. Prints the score of each folder
// and of all together. Exits with 1 if a folder is below its threshold, or if tests fail without a change.

const [sandbox = '', ...args] = process.argv.slice(2)
const all = []
for (const choice of choices()) {
  const { folder, threshold } = choice.room
  const results = await mutate(choice, { sandbox, isForced: args.includes('--force') })
  all.push(...results)
  const score = scoreOf(results)
  const isBelow = choice.isWhole && percentOf(score) < (threshold ?? 0)
  if (isBelow) process.exitCode = 1
  console.log(`${folder}: ${line(score)}${isBelow ? `, below ${threshold}` : ''}\n`)
}
console.log(line(scoreOf(all)))

function choices() {
  try {
    return choose(args.filter((arg) => arg !== '--force'))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
