import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * A process that answers each message with a message.
 *
 * @typedef {object} Answering
 * @property {(question: unknown) => Promise<Record<string, number>>} ask
 * @property {Record<string, number>} first What it sent by itself after it had started.
 * @property {() => Promise<void>} end Kills it.
 */

/**
 * Starts a script of the folder bench. With `greets`, waits for its first message.
 *
 * @param {string} script
 * @param {readonly string[]} args
 * @param {{ greets?: boolean, execArgv?: string[] }} [options]
 * @returns {Promise<Answering>}
 */
export async function startProcess(script, args, { greets = false, execArgv = [] } = {}) {
  const child = fork(fileURLToPath(new URL(`../${script}`, import.meta.url)), args, { execArgv })
  const exited = once(child, 'exit')
  const early = exited.then(() => {
    throw new Error(`${script} has ended`)
  })
  early.catch(() => undefined)
  const answer = async () =>
    /** @type {Record<string, number>} */ ((await Promise.race([once(child, 'message'), early]))[0])
  return {
    first: greets ? await answer() : {},
    ask(question) {
      const answered = answer()
      child.send(/** @type {import('node:child_process').Serializable} */ (question))
      return answered
    },
    async end() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
