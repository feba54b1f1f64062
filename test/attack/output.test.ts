import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import { freePort } from '../nodes/support/free-port.ts'
import { builtProgram } from '../nodes/support/built-program.ts'
import { connect, openSocket } from '../relay/support/relay-fixture.ts'

// The command as a process whose output cannot be written.

const program = builtProgram(join(root, 'server/cli/main.ts'))

/** Runs the command in a shell, whose `redirection` says where its output goes. */
function shell(redirection: string, args: readonly string[] = [], before = ''): ChildProcess {
  const command = [process.execPath, program(), ...args].map((part) => `'${part}'`).join(' ')
  const child = spawn('sh', ['-c', `${before} exec ${command} ${redirection}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** A relay whose output goes where the redirection says, once it serves. */
async function relay(redirection: string, before = '') {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = shell(redirection, [`--port=${port}`, '--host=127.0.0.1', '--no-demo'], before)
  const ended = once(child, 'exit') as Promise<[number | null]>
  await expect
    .poll(
      () =>
        fetch(`${url}/healthz`).then(
          ({ status }) => status,
          () => child.exitCode,
        ),
      { timeout: 10_000 },
    )
    .toBe(200)
  return {
    url,
    child,
    refuse: async (times: number) => {
      for (let i = 0; i < times; i += 1) {
        const socket = openSocket(url, { name: '' })
        await new Promise((resolve) => socket.once('connect_error', resolve))
        socket.disconnect()
      }
    },
    stops: async () => {
      await connect(url, 'alice')
      child.kill('SIGINT')
      expect(await ended).toEqual([0, null])
    },
  }
}

const folder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'rxcall-output-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

/** A process that reads a named pipe. */
function reader(pipe: string) {
  const child = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return { lines, stop }
}

/** Requests over one TCP connection, and connections, of a flood. */
const [REQUESTS, CONNECTIONS] = [16, 200]

/** Requests of a foreign page, all of which are refused. Resolves once all are answered. */
async function refusalFlood(url: string, connections: number): Promise<void> {
  const { hostname, port } = new URL(url)
  const request = `GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: https://evil.example\r\n\r\n`
  for (let i = 0; i < connections; i += 1) {
    const tcp = connectTcp(Number(port), hostname)
    tcp.resume()
    tcp.end(request.repeat(REQUESTS))
    await once(tcp, 'close')
  }
}

interface Entry {
  readonly event: string
  readonly lines?: number
  readonly problem?: string
  readonly counts?: Readonly<Record<string, number>>
}

/** The entries of a log, without other lines. */
const entriesOf = (text: string) =>
  text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Entry]
    } catch {
      return []
    }
  })

describe('a relay outlives', () => {
  it.each([
    ['a full disk for its log', '2>/dev/full'],
    ['a full disk for both outputs', '>/dev/full 2>&1'],
    ['closed outputs', '>&- 2>&-'],
  ])('%s', async (_, redirection) => {
    const { refuse, stops } = await relay(redirection)
    await refuse(5)
    await stops()
  })

  it('the end of the readers of both outputs', async () => {
    const { child, refuse, stops } = await relay('')
    child.stdout?.destroy()
    child.stderr?.destroy()
    await refuse(5)
    await stops()
  })

  it('a log file that may not grow, and later reports how many lines were lost', async () => {
    const file = join(await folder(), 'log')
    // Ignored, the signal becomes an error of the write.
    const { refuse, stops } = await relay(`2>>'${file}'`, `trap '' XFSZ; ulimit -f 1;`)
    await refuse(12)
    const before = entriesOf(await readFile(file, 'utf8')).length
    await truncate(file)
    await refuse(1)
    await expect
      .poll(async () => entriesOf(await readFile(file, 'utf8')))
      .toMatchObject([
        { event: 'lost', problem: expect.stringMatching('EFBIG') as unknown },
        { event: 'refused' },
      ])
    const [lost] = entriesOf(await readFile(file, 'utf8'))
    // A line that was cut in the middle does not count as an entry, nor as lost.
    expect(before + (lost?.lines ?? 0)).toBeGreaterThanOrEqual(11)
    expect(before + (lost?.lines ?? 0)).toBeLessThanOrEqual(12)
    await stops()
  })

  it('a reader of its log that leaves and returns, and reports how many lines were lost', async () => {
    const pipe = join(await folder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const first = reader(pipe)
    const { refuse, stops } = await relay(`2>'${pipe}'`)
    await first.stop()
    await refuse(5)
    const { lines } = reader(pipe)
    await refuse(1)
    await expect
      .poll(() => entriesOf(lines.join('\n')))
      .toMatchObject([{ event: 'lost', lines: 5 }, { event: 'refused' }])
    await stops()
  })
})

it('a flood of refusals fills the log with at most 21 lines a second, which count every one', async () => {
  const { url, child, stops } = await relay('')
  const entries: Entry[] = []
  createInterface({ input: child.stderr as NonNullable<typeof child.stderr> }).on('line', (line) =>
    entries.push(...entriesOf(line)),
  )
  const counted = () =>
    entries.reduce((sum, { event, counts }) => sum + (event === 'refused' ? 1 : (counts?.['origin'] ?? 0)), 0)
  const since = performance.now()
  await refusalFlood(url, CONNECTIONS)
  await expect.poll(counted, { timeout: 10_000 }).toBe(CONNECTIONS * REQUESTS)
  const seconds = Math.ceil((performance.now() - since) / 1000)
  expect(entries.length).toBeLessThanOrEqual(21 * (seconds + 1))
  expect(entries.map(({ event }) => event)).toContain('suppressed')
  await stops()
})

it.each(['>/dev/full', '>&-', '| true'])('--help %s exits with 0 and no error', async (redirection) => {
  const child = shell(redirection, ['--help'])
  let errors = ''
  child.stderr?.on('data', (chunk) => (errors += String(chunk)))
  const [code] = (await once(child, 'close')) as [number | null]
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
})
