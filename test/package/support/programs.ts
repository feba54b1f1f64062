import { execFile } from 'node:child_process'
import { join } from 'node:path'

export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, out, err })
    })
  })
}

/** Resolves with what the program printed. Rejects with all of its output if it ends with another code than 0. */
export async function expectSuccess(outcome: Promise<Outcome>): Promise<string> {
  const { code, out, err } = await outcome
  if (code !== 0) throw new Error(`the program ended with ${code}\n${out}${err}`)
  return out
}

/** Runs an ES module in Node.js, as if it were in the folder. */
export const runModule = (text: string, folder: string) =>
  run(process.execPath, ['--input-type=module', '-e', text], folder)

/** A command of a package that is installed in the folder. */
export const bin = (folder: string, name: string) => join(folder, 'node_modules/.bin', name)
