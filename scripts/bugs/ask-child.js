import { fork } from 'node:child_process'

/**
 * The last message of a child process, and how the process ended.
 *
 * @template T
 * @typedef {object} Answer
 * @property {T | undefined} told
 * @property {boolean} isLate It was killed, because it did not end in time.
 * @property {string} [failure] Why it failed, unless it was killed: the first lines of its stderr.
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
// An orphaned child would keep a core busy unnoticed.
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/**
 * Runs `file` as a child process, and resolves when it has ended. Kills it after `mostMs` milliseconds.
 *
 * @template T What it sends.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ mostMs: number, execArgv?: string[] }} options
 * @returns {Promise<Answer<T>>}
 */
export function askChild(file, args, { mostMs, execArgv = [] }) {
  return new Promise((resolve) => {
    const child = fork(file, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv })
    running.add(child)
    /** @type {T | undefined} */
    let told
    let stderr = ''
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, mostMs)
    child.stderr?.on('data', (chunk) => (stderr += String(chunk)))
    child.on('message', (message) => (told = /** @type {T} */ (message)))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      running.delete(child)
      const words = stderr.trim().split('\n').slice(0, 8).join('\n') || `it ended with ${signal ?? code}`
      resolve({ told, isLate, ...(code !== 0 && !isLate && { failure: words }) })
    })
  })
}
