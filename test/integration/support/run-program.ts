import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { BehaviorSubject, type Observable } from 'rxjs'

const runner = fileURLToPath(new URL('./run-module.js', import.meta.url))

export interface Program {
  /** The lines of its standard output and standard error so far; completes at its end. Replays. */
  readonly lines$: Observable<readonly string[]>
  /** Its exit code, or the signal that ended it, and all of its lines. */
  readonly ended: Promise<{
    readonly code: number | NodeJS.Signals | null
    readonly lines: readonly string[]
  }>
  readonly kill: (signal: NodeJS.Signals) => void
}

/** Runs a module of the repository in a process of its own, on the sources of the package. */
export function runProgram(file: string, args: readonly string[]): Program {
  const child = spawn(process.execPath, [runner, file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines$ = new BehaviorSubject<readonly string[]>([])
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => lines$.next([...lines$.value, line]))
  }
  const ended: Program['ended'] = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code: code ?? signal, lines: lines$.value })
      lines$.complete()
    })
  })
  return { lines$, ended, kill: (signal) => void child.kill(signal) }
}
