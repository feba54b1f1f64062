import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { clean } from './lib/clean.js'
import { inRelayPackage } from './lib/relay-package.js'
import { root, run } from './lib/run.js'

// Compiles the relay into server/dist, with the protocol in dist/protocol. The compiler keeps the folders of the repository, so its
// output goes to a temporary folder first.

const compiled = mkdtempSync(join(tmpdir(), 'rxcall-relay-'))
try {
  process.exitCode = await run('npx', ['tsc', '-p', 'server/tsconfig.build.json', '--outDir', compiled])
  if (process.exitCode === 0) {
    clean('server/dist', { except: ['demo'] })
    for (const path of filesIn(compiled)) write(path)
  }
} finally {
  rmSync(compiled, { recursive: true })
}

/** @param {string} path Of a compiled file. */
function write(path) {
  const packaged = inRelayPackage({
    path: path.split(sep).join('/'),
    text: readFileSync(join(compiled, path), 'utf8'),
  })
  const target = join(root, 'server/dist', packaged.path)
  mkdirSync(dirname(target), { recursive: true })
  // npm makes a command executable when it installs the package. This is for a link to the clone.
  writeFileSync(target, packaged.text, { mode: packaged.text.startsWith('#!') ? 0o755 : 0o644 })
}

/** @param {string} folder */
function filesIn(folder) {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return paths.filter((path) => statSync(join(folder, path)).isFile())
}
