import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import rxjs from 'eslint-plugin-rxjs-x'
import ts from 'typescript-eslint'
import { describe, expect, it } from 'vitest'

// The project's own configuration, without the rules that need type information and so a file on disk.
const eslint = new ESLint({
  cwd: fileURLToPath(new URL('../../', import.meta.url)),
  overrideConfig: [
    ts.configs.disableTypeChecked,
    {
      rules: {
        ...Object.fromEntries(Object.keys(rxjs.configs.strict.rules).map((rule) => [rule, 'off' as const])),
        // Its own test has files on disk. With CI set, the parser brings types for code that is not on disk, and TypeScript breaks on it.
        'rxcall/built-ins': 'off',
        '@typescript-eslint/no-unused-vars': 'off',
        '@typescript-eslint/no-unused-expressions': 'off',
        '@typescript-eslint/consistent-type-imports': 'off',
      },
    },
  ],
})

/** The rules that `code` in `file` goes against. */
async function broken(file: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: file })
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message)
}

describe('imports that go against the layers are reported', () => {
  it.each([
    // core knows nothing above it, no package but rxjs and valibot, and not itself by its public name
    ['src/core/client.ts', `import { a } from '../adapters/simple-peer.ts'`],
    ['src/core/client.ts', `import { a } from '../testing/index.ts'`],
    ['src/core/client.ts', `import { a } from '../ui/main.ts'`],
    ['src/core/client.ts', `import { a } from '../../server/index.ts'`],
    ['src/core/client.ts', `import io from 'socket.io-client'`],
    ['src/core/client.ts', `import { randomBytes } from 'node:crypto'`],
    ['src/core/client.ts', `import { TestScheduler } from 'rxjs/testing'`],
    ['src/core/client.ts', `import { a } from 'rxcall'`],
    // every form of import counts
    ['src/core/client.ts', `import type { A } from '../adapters/simple-peer.ts'`],
    ['src/core/client.ts', `export { a } from '../adapters/simple-peer.ts'`],
    ['src/core/client.ts', `export * from '../adapters/simple-peer.ts'`],
    ['src/core/client.ts', `export const a = () => import('../adapters/simple-peer.ts')`],
    ['src/core/client.ts', `export const a = (path: string) => import(path)`],
    ['src/core/client.ts', `export type A = import('../adapters/simple-peer.ts').A`],
    // within core: contracts know no call, stages not what is made of them
    ['src/core/errors.ts', `import { limits } from './protocol/index.ts'`],
    ['src/core/protocol/message.ts', `import { CallError } from '../errors.ts'`],
    ['src/core/protocol/message.ts', `import { Observable } from 'rxjs'`],
    ['src/core/ports/peer.ts', `import { reduceCall } from '../call/reduce-call.ts'`],
    ['src/core/ports/peer.ts', `import { callPipeline } from '../pipeline.ts'`],
    ['src/core/ports/peer.ts', `import { createCallClient } from '../client.ts'`],
    ['src/core/call/peer/offer.ts', `import { callPipeline } from '../../pipeline.ts'`],
    ['src/core/call/peer/offer.ts', `import { createCallClient } from '../../client.ts'`],
    // the transport is handed what it needs to know of calls
    ['src/core/transport/call-channel.ts', `import { isOpen } from '../call/state.ts'`],
    ['src/core/transport/call-channel.ts', `import type { ClientState } from '../client-state.ts'`],
    ['src/core/transport/call-channel.ts', `import type { CallEvent } from '../events.ts'`],
    ['src/core/transport/call-channel.ts', `import { callPipeline } from '../pipeline.ts'`],
    ['src/core/negotiation/perfect.ts', `import { reduceCall } from '../call/reduce-call.ts'`],
    // what every stream stands on, and what both ends of a reliable channel share, know no call and no transport
    ['src/core/rx/loop.ts', `import type { Env } from '../ports/index.ts'`],
    ['src/core/rx/loop.ts', `import { CallError } from '../errors.ts'`],
    ['src/core/reliable-channel/sliding-window.ts', `import { isOpen } from '../call/state.ts'`],
    ['src/core/reliable-channel/sliding-window.ts', `import { transport } from '../transport/transport.ts'`],
    ['src/core/settings.ts', `import type { Plan } from './call/recovery/plan.ts'`],
    ['src/core/settings.ts', `import type { CallEvent } from './events.ts'`],
    ['src/core/events.ts', `import type { Plan } from './call/recovery/plan.ts'`],
    ['src/core/events.ts', `import type { ClientState } from './client-state.ts'`],
    // the call knows nothing of the transport
    ['src/core/call/call.ts', `import { transport } from '../transport/transport.ts'`],
    ['src/core/call/call.ts', `import type { ClientState } from '../client-state.ts'`],
    ['src/core/call/data-channel/chat.ts', `import { WINDOW } from '../../transport/call-channel.ts'`],
    ['src/core/call/state.ts', `import type { CallEvent } from '../events.ts'`],
    ['src/core/call/state.ts', `import { reduceCall } from './reduce-call.ts'`],
    ['src/core/call/state.ts', `import { fork } from './setup/forking.ts'`],
    ['src/core/call/outputs.ts', `import { fork } from './setup/forking.ts'`],
    // the rooms of a call, which call.ts alone composes
    ['src/core/call/setup/caller.ts', `import { chat } from '../data-channel/chat.ts'`],
    ['src/core/call/setup/caller.ts', `import { call } from '../call.ts'`],
    ['src/core/call/peer/offer.ts', `import { localMedia } from '../media/local-media.ts'`],
    ['src/core/call/peer/offer.ts', `import type { ClientState } from '../../client-state.ts'`],
    ['src/core/call/media/hold.ts', `import { mediaStatus } from '../data-channel/media-status.ts'`],
    ['src/core/call/data-channel/media-status.ts', `import { statusOf } from '../media/media-view.ts'`],
    ['src/core/call/recovery/inputs.ts', `import { teardown } from '../ending/teardown.ts'`],
    ['src/core/call/ending/teardown.ts', `import type { Plan } from '../recovery/plan.ts'`],
    // a new room of a call is in no layer until it is given one
    ['src/core/call/parking/park.ts', `import { map } from 'rxjs'`],
    ['src/core/call/ending/teardown.ts', `import { park } from '../parking/park.ts'`],
    // siblings
    ['src/adapters/simple-peer.ts', `import { fakePeer } from '../testing/fake-peer.ts'`],
    ['src/adapters/simple-peer.ts', `import SimplePeer from 'simple-peer'`],
    ['src/testing/fake-peer.ts', `import { simplePeer } from '../adapters/simple-peer.ts'`],
    ['src/testing/marbles.ts', `import { it } from 'vitest'`],
    // what keeps a log knows no test kit, and the test kit does not know what draws it
    ['src/quality/samples.ts', `import { toTest } from '../testing/index.ts'`],
    ['src/core/client.ts', `import { samples } from '../quality/index.ts'`],
    ['src/inspect/inspect.ts', `import { toTest } from '../testing/index.ts'`],
    ['src/inspect/inspect.ts', `import { lanes } from '../inspector/index.ts'`],
    ['src/core/trace/record.ts', `import { logged } from '../../inspect/index.ts'`],
    ['src/testing/play.ts', `import { defineInspector } from '../inspector/index.ts'`],
    ['src/inspector/model.ts', `import { mount } from 'svelte'`],
    // the demo and the examples use what a user of the package can use
    ['src/ui/main.ts', `import { createCallClient } from '../core/index.ts'`],
    ['src/ui/main.ts', `import { fakePeer } from 'rxcall/testing'`],
    ['src/ui/main.ts', `import { createRelay } from 'rxcall-relay'`],
    ['src/ui/app.svelte', `<script lang="ts">import { a } from '../adapters/simple-peer.ts'; a()</script>`],
    ['examples/echo/echo.js', `import { createCallClient } from '../../src/core/index.ts'`],
    // neither package imports the other one by its name
    ['src/core/client.ts', `import { createRelay } from 'rxcall-relay'`],
    ['src/adapters/simple-peer.ts', `import { createRelay } from 'rxcall-relay'`],
    ['src/testing/marbles.ts', `import { createRelay } from 'rxcall-relay'`],
    ['examples/echo/echo.js', `import { createRelay } from 'rxcall-relay'`],
    ['server/create-relay.ts', `import { limits } from 'rxcall'`],
    ['server/cli/run-cli.ts', `import { createRelay } from 'rxcall-relay'`],
    // the relay shares the protocol with the client, and that is all
    ['server/create-relay.ts', `import { CallError } from '../src/core/errors.ts'`],
    ['server/create-relay.ts', `import { createCallClient } from '../src/core/index.ts'`],
    ['server/create-relay.ts', `import { simplePeer } from '../src/adapters/simple-peer.ts'`],
    ['server/users/directory.ts', `import { CallError } from '../../src/core/errors.ts'`],
    // the rooms of the relay, of which none leads back to another one
    ['server/create-relay.ts', `import { runCli } from './cli/run-cli.ts'`],
    ['server/relay-socket.ts', `import type { Backlog } from './limits/backlog.ts'`],
    ['server/relay-socket.ts', `import type { NodeUpdate } from './redis/name-record.ts'`],
    ['server/limits/backlog.ts', `import type { Log } from '../observing/log.ts'`],
    ['server/limits/backlog.ts', `import type { RelayOptions } from '../relay-types.ts'`],
    ['server/observing/log.ts', `import { backlog } from '../limits/backlog.ts'`],
    ['server/observing/log.ts', `import { pino } from 'pino'`],
    ['server/messages/route-message.ts', `import type { Directory } from '../users/directory.ts'`],
    ['server/users/directory.ts', `import { admit } from '../access/admit.ts'`],
    ['server/users/directory.ts', `import { joinCluster } from '../redis/cluster.ts'`],
    ['server/access/admit.ts', `import { checkHost } from '../http/check-host.ts'`],
    ['server/access/admit.ts', `import { rateLimit } from '../limits/limiter.ts'`],
    ['server/http/listen.ts', `import { attachRelay } from '../attach-relay.ts'`],
    ['server/http/listen.ts', `import { createHeldNames } from '../users/held-names.ts'`],
    ['server/redis/cluster.ts', `import type { Log } from '../observing/log.ts'`],
    ['server/redis/connection/redis-url.ts', `import { joinCluster } from '../cluster.ts'`],
    ['server/cli/run-cli.ts', `import { createHeldNames } from '../users/held-names.ts'`],
    ['server/cli/run-cli.ts', `import { openRelay } from '../open-relay.ts'`],
    // a new room is in no layer until it is given one
    ['server/push/notify.ts', `import { randomBytes } from 'node:crypto'`],
    ['server/access/admit.ts', `import { notify } from '../push/notify.ts'`],
    // a new folder of src is in no layer until it is given one
    ['src/helpers/array.ts', `import { map } from 'rxjs'`],
  ])('%s: %s', async (file, code) => {
    expect(await broken(file, code)).toEqual(['rxcall/layers'])
  })
})

describe('imports along the arrows are accepted', () => {
  it.each([
    ['src/core/client.ts', `import { Observable } from 'rxjs'`],
    ['src/core/pipeline.ts', `import { session } from './call/session.ts'`],
    ['src/core/call/peer/offer.ts', `import { CallError } from '../../errors.ts'`],
    ['src/core/call/peer/offer.ts', `import { reduceCall } from '../state.ts'`],
    ['src/core/call/peer/offer.ts', `import { ofType } from '../../rx/operators.ts'`],
    ['src/core/call/peer/offer.ts', `import type { CallEvent } from '../../events.ts'`],
    ['src/core/call/peer/offer.ts', `import { answer } from './answer.ts'`],
    ['src/core/call/setup/incoming-invite.ts', `import type { ClientState } from '../../client-state.ts'`],
    [
      'src/core/call/data-channel/chat.ts',
      `import { WINDOW } from '../../reliable-channel/sliding-window.ts'`,
    ],
    ['src/core/call/call.ts', `import { chat } from './data-channel/chat.ts'`],
    ['src/core/call/call.ts', `import { teardown } from './ending/teardown.ts'`],
    ['src/core/call/reduce-call.ts', `import { isSameMedia } from './media-request.ts'`],
    ['src/core/call/outputs.ts', `import type { CallEvent } from '../events.ts'`],
    ['src/core/events.ts', `import type { CallFact } from './call/state.ts'`],
    ['src/core/settings.ts', `import { limits } from './protocol/index.ts'`],
    ['src/core/rx/loop.ts', `import { serialize } from './event-bus.ts'`],
    ['src/core/reliable-channel/sliding-window.ts', `import type { Env } from '../ports/index.ts'`],
    ['src/core/transport/call-channel.ts', `import { WINDOW } from '../reliable-channel/sliding-window.ts'`],
    ['src/core/transport/call-channel.ts', `import { loop } from '../rx/loop.ts'`],
    ['src/core/transport/call-channel.ts', `import type { CallSettings } from '../settings.ts'`],
    ['src/core/ports/peer.ts', `import type { CandidateInit } from '../protocol/index.ts'`],
    ['src/core/protocol/message.ts', `import * as v from 'valibot'`],
    ['src/testing/play.ts', `import { samples } from '../quality/index.ts'`],
    ['src/inspect/inspect.ts', `import { recorder } from '../core/trace/index.ts'`],
    ['src/inspector/export-log.ts', `import { toTest } from '../testing/index.ts'`],
    ['src/ui/lab/lab.svelte.ts', `import { runScene } from 'rxcall/testing'`],
    ['src/ui/replay/save-as-test.ts', `import { toTest } from 'rxcall/testing'`],
    ['src/adapters/simple-peer.ts', `import SimplePeer from 'simple-peer/simplepeer.min.js'`],
    ['src/adapters/simple-peer.ts', `import { CallError } from '../core/index.ts'`],
    ['src/testing/marbles.ts', `import { TestScheduler } from 'rxjs/testing'`],
    ['src/ui/main.ts', `import { createCallClient } from 'rxcall'`],
    ['src/ui/main.ts', `import { simplePeer } from 'rxcall/simple-peer'`],
    ['src/ui/app.svelte', `<script lang="ts">import { mount } from 'svelte'; mount()</script>`],
    ['examples/echo/echo.js', `import { createCallClient } from 'rxcall'`],
    ['server/create-relay.ts', `import { IncomingMessage } from '../src/core/protocol/index.ts'`],
    ['server/create-relay.ts', `import { createServer } from 'node:http'`],
    ['server/create-relay.ts', `import { admit } from './access/admit.ts'`],
    ['server/create-relay.ts', `import { openRelay } from './open-relay.ts'`],
    ['server/limits/backlog.ts', `import type { EngineConnection } from '../relay-socket.ts'`],
    ['server/limits/disconnect.ts', `import { webSocketOf } from './web-sockets.ts'`],
    ['server/messages/route-message.ts', `import { isCallProgress } from '../observing/call-summaries.ts'`],
    ['server/users/directory.ts', `import type { MessageRoutes } from '../messages/addressees.ts'`],
    ['server/access/admit.ts', `import type { Directory } from '../users/directory.ts'`],
    ['server/http/check-host.ts', `import { allowHost } from '../access/allow-host.ts'`],
    ['server/redis/cluster.ts', `import { connectRedis } from './connection/redis-connection.ts'`],
    ['server/redis/redis-directory.ts', `import type { Directory } from '../users/directory.ts'`],
    ['server/cli/run-cli.ts', `import { createRelay } from '../create-relay.ts'`],
    ['test/core/a.test.ts', `import { createRelay } from '../../server/index.ts'`],
  ])('%s: %s', async (file, code) => {
    expect(await broken(file, code)).toEqual([])
  })
})

describe('globals that src/core must be given are reported there, and only there', () => {
  it.each([
    ['no-restricted-globals', 'navigator.onLine'],
    ['no-restricted-globals', 'window.name'],
    ['no-restricted-globals', 'document.title'],
    ['no-restricted-globals', 'new RTCPeerConnection()'],
    ['no-restricted-globals', 'setTimeout(String, 1)'],
    ['no-restricted-globals', 'setInterval(String, 1)'],
    ['no-restricted-globals', 'queueMicrotask(String)'],
    ['no-restricted-globals', 'Date.now()'],
    ['no-restricted-globals', 'new Date()'],
    ['no-restricted-globals', 'performance.now()'],
    ['no-restricted-globals', 'crypto.randomUUID()'],
    ['no-restricted-globals', 'Promise.resolve(1)'],
    ['no-restricted-globals', `fetch('/')`],
    ['no-restricted-globals', `localStorage.getItem('a')`],
    ['no-restricted-globals', 'process.env'],
    ['no-restricted-globals', 'console.log(1)'],
    ['no-restricted-globals', 'globalThis.Date'],
    ['no-restricted-properties', 'Math.random()'],
    ['no-restricted-syntax', 'export const f = async () => {}'],
    ['no-restricted-syntax', 'export async function f() {}'],
    ['no-restricted-syntax', 'export type Later = Promise<string>'],
    ['no-restricted-syntax', `import { timer } from 'rxjs'; timer(5)`],
    ['no-restricted-syntax', `import { delay } from 'rxjs'; delay(5)`],
    ['no-restricted-syntax', `import { timestamp } from 'rxjs'; timestamp()`],
    ['no-restricted-syntax', `import { firstValueFrom } from 'rxjs'; firstValueFrom`],
    ['no-restricted-syntax', `import { asyncScheduler } from 'rxjs'; asyncScheduler`],
  ])('%s: %s', async (rule, code) => {
    expect(await broken('src/core/call/peer/offer.ts', code)).toEqual([rule])
    expect(await broken('src/adapters/native.ts', code)).toEqual([])
  })

  it('top-level await is reported, too', async () => {
    expect(await broken('src/core/call/peer/offer.ts', 'await import("./answer.ts")')).toContain(
      'no-restricted-syntax',
    )
  })

  it('crypto and the real scheduler are accepted only in systemEnv', async () => {
    const env = (code: string) => broken('src/core/ports/env.ts', code)
    expect(await env('crypto.getRandomValues(new Uint8Array(16))')).toEqual([])
    expect(await env(`import { asyncScheduler } from 'rxjs'; asyncScheduler`)).toEqual([])
    expect(await env('Date.now()')).toEqual(['no-restricted-globals'])
    expect(await env('setTimeout(String, 1)')).toEqual(['no-restricted-globals'])
  })

  it('a timer with an explicit scheduler is accepted', async () => {
    const code = `import { delay, timer } from 'rxjs'; export const f = (env: Env) => timer(5, env.scheduler).pipe(delay(5, env.scheduler))`
    expect(await broken('src/core/call/peer/offer.ts', code)).toEqual([])
  })
})

describe('exports', () => {
  it.each([
    ['src/core/client.ts', 'export default 1'],
    ['src/adapters/simple-peer.ts', 'const a = 1; export { a as default }'],
    ['server/relay.ts', 'export default function relay() {}'],
  ])('a default export is reported in %s: %s', async (file, code) => {
    expect(await broken(file, code)).toEqual(['no-restricted-syntax'])
  })

  it('a default export is accepted in a configuration file', async () => {
    expect(await broken('vite.config.ts', 'export default {}')).toEqual([])
  })

  it('a comment cannot switch a rule off', async () => {
    const code = '/* eslint-disable */\nexport const now = () => Date.now()'
    expect(await broken('src/core/client.ts', code)).toContain('no-restricted-globals')
  })
})
