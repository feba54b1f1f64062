import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { bin } from './programs.ts'

/** Starts the command of an installed rxcall-relay on a free port, as a user does. It is stopped after the test. */
export async function startRelay(
  project: string,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(bin(project, 'rxcall-relay'), ['--port', '0'], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { child, url: /http:\/\/\S+/.exec(line)?.[0] ?? line }
}
