import { clean } from './lib/clean.js'

for (const folder of process.argv.slice(2)) clean(folder)
