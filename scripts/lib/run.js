import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

const windows = process.platform === 'win32'

/**
 * Runs a program in the repository with this terminal, and resolves to its exit code. If a signal ended it, or it could
 * not be started, prints that and resolves to 1. Never rejects. Passes on signals to stop.
 *
 * @param {string} command A program on the PATH; `npm` and `npx` on every platform.
 * @param {string[]} args
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] Variables in addition to those of this process.
 * @param {(text: string) => void} [options.onOutput] Called with its output, which the terminal gets as well.
 * @param {boolean} [options.prints] Whether the terminal gets it; true by default.
 * @returns {Promise<number>}
 */
export function run(command, args, { env = {}, onOutput, prints = true } = {}) {
  return new Promise((resolve) => {
    // npm and npx are batch files on Windows, which only a shell starts.
    const child = spawn(command, args, {
      cwd: root,
      stdio: onOutput ? ['inherit', 'pipe', 'pipe'] : 'inherit',
      shell: windows && /^np[mx]$/.test(command),
      env: { ...process.env, ...env },
    })
    for (const [from, to] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])) {
      from?.setEncoding('utf8').on('data', (text) => {
        if (prints) to.write(text)
        onOutput?.(text)
      })
    }
    const stop = () => child.kill('SIGTERM')
    process.once('SIGTERM', stop)
    /** @param {number} code */
    const done = (code) => {
      process.off('SIGTERM', stop)
      resolve(code)
    }
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`)
      done(1)
    })
    child.once('close', (code) => done(code ?? 1))
  })
}
