import { dirname, relative, resolve, sep } from 'node:path'

/**
 * A layer: the files below `path`, and all that they may import.
 *
 * @typedef {object} Layer
 * @property {string} path A folder or file of the repository. If several match a file, the longest one is its layer.
 * @property {string[]} inside Folders and files of the repository.
 * @property {string[]} [not] The parts of `inside` that they may not import.
 * @property {(string | RegExp)[]} packages Packages and built-in modules.
 */

const publicEntries =
  /^rxcall(\/(socket\.io|simple-peer|native-peer|browser-media|trace|svelte|quality|check|inspect|inspector))?$/
const node = /^node:/

/** What the files of src/core below the call logic may import. */
const contracts = ['src/core/errors.ts', 'src/core/protocol', 'src/core/ports']
/** What a room of a call may import besides its own files: the root of call/, and the layers below it. */
const belowRooms = [
  ...contracts,
  'src/core/rx',
  'src/core/events.ts',
  'src/core/settings.ts',
  ...['media-request', 'outputs', 'peer-id', 'sent-media', 'state'].map((name) => `src/core/call/${name}.ts`),
]

/**
 * A room of src/core/call. It imports no other room, because only `call.ts` composes them.
 *
 * @type {(name: string, also?: string[]) => Layer}
 */
const callRoom = (name, also = []) => ({
  path: `src/core/call/${name}`,
  inside: [`src/core/call/${name}`, ...belowRooms, ...also],
  packages: ['rxjs'],
})

/** What every room of the relay may import. */
const relayBase = ['server/relay-socket.ts', 'server/max-timeout.ts', 'src/core/protocol']
/** The files of the relay that tie its rooms together. */
const relayRoot = ['index', 'create-relay', 'open-relay', 'attach-relay', 'serve-clients', 'relay-types'].map(
  (name) => `server/${name}.ts`,
)

/**
 * A room of the relay, and the rooms that it may import.
 *
 * @type {(name: string, rooms: string[], packages: (string | RegExp)[]) => Layer}
 */
const room = (name, rooms, packages) => ({
  path: `server/${name}`,
  inside: [`server/${name}`, ...rooms.map((each) => `server/${each}`), ...relayBase],
  packages,
})

/**
 * The relay. Each room imports only rooms listed before it, so there are no cycles. A new room may import nothing until
 * it is listed.
 *
 * @type {Layer[]}
 */
const server = [
  { path: 'server', inside: [], packages: [] },
  { path: 'server/relay-socket.ts', inside: ['src/core/protocol'], packages: ['socket.io'] },
  room('limits', [], [node, 'rate-limiter-flexible', 'ws']),
  room('observing', [], [node, 'prom-client']),
  room('messages', ['limits', 'observing'], [node]),
  room('users', ['limits', 'messages'], [node]),
  room('access', ['observing', 'users'], [node, 'jose']),
  room('http', ['observing', 'access'], [node, 'prom-client', 'selfsigned', 'sirv']),
  {
    path: 'server/redis/connection',
    inside: ['server/redis/connection', 'server/limits'],
    packages: [node, '@redis/client', '@socket.io/redis-adapter', 'rate-limiter-flexible'],
  },
  room('redis', ['limits', 'messages', 'users'], [node, 'valibot']),
  ...relayRoot.map((path) => ({
    path,
    inside: ['server', 'src/core/protocol'],
    not: ['server/cli'],
    packages: [node, 'socket.io'],
  })),
  {
    path: 'server/cli',
    inside: [
      'cli',
      'access',
      'http',
      'limits',
      'observing',
      'redis',
      'create-relay.ts',
      'relay-types.ts',
    ].map((each) => `server/${each}`),
    packages: [node, 'pino'],
  },
]

/**
 * All layers. A file outside of them (tests, benchmarks, scripts) may import anything.
 *
 * @type {Layer[]}
 */
export const layers = [
  { path: 'src', inside: [], packages: [] },
  { path: 'src/core', inside: ['src/core'], packages: ['rxjs', 'valibot'] },
  { path: 'src/core/errors.ts', inside: ['src/core/error-codes.ts'], packages: [] },
  { path: 'src/core/error-codes.ts', inside: [], packages: [] },
  { path: 'src/core/protocol', inside: ['src/core/protocol'], packages: ['valibot'] },
  { path: 'src/core/rx', inside: ['src/core/rx'], packages: ['rxjs'] },
  { path: 'src/core/ports', inside: contracts, packages: ['rxjs'] },
  {
    path: 'src/core/transport',
    inside: [
      ...contracts,
      ...['rx', 'reliable-channel', 'transport', 'settings.ts'].map((each) => `src/core/${each}`),
    ],
    packages: ['rxjs'],
  },
  {
    path: 'src/core/reliable-channel',
    inside: [...contracts, 'src/core/rx', 'src/core/reliable-channel'],
    packages: ['rxjs'],
  },
  { path: 'src/core/overrides.ts', inside: [], packages: [] },
  { path: 'src/core/settings.ts', inside: [...contracts, 'src/core/overrides.ts'], packages: [] },
  {
    path: 'src/core/complete-settings.ts',
    inside: [...contracts, 'src/core/overrides.ts', 'src/core/settings.ts'],
    packages: ['valibot'],
  },
  {
    path: 'src/core/events.ts',
    inside: [
      ...contracts,
      'src/core/call/state.ts',
      'src/core/call/peer-id.ts',
      'src/core/call/sent-media.ts',
      'src/core/transport/transport-event.ts',
    ],
    packages: [],
  },
  // A new file at the root of call/, or a new room, may import nothing until it is listed.
  { path: 'src/core/call', inside: [], packages: [] },
  { path: 'src/core/call/media-request.ts', inside: contracts, packages: [] },
  { path: 'src/core/call/peer-id.ts', inside: contracts, packages: [] },
  { path: 'src/core/call/sent-media.ts', inside: contracts, packages: [] },
  { path: 'src/core/call/state.ts', inside: [...contracts, 'src/core/call/sent-media.ts'], packages: [] },
  {
    path: 'src/core/call/reduce-call.ts',
    inside: [...contracts, 'src/core/call/media-request.ts', 'src/core/call/state.ts'],
    packages: [],
  },
  {
    path: 'src/core/call/outputs.ts',
    inside: [...contracts, 'src/core/events.ts', 'src/core/call/peer-id.ts'],
    packages: [],
  },
  { path: 'src/core/call/stages.ts', inside: ['src/core/call'], packages: [] },
  {
    path: 'src/core/call/call.ts',
    inside: ['src/core/call', ...belowRooms],
    packages: ['rxjs'],
  },
  {
    path: 'src/core/call/call-context.ts',
    inside: ['src/core/call', ...belowRooms],
    packages: ['rxjs'],
  },
  callRoom('setup', ['src/core/client-state.ts']),
  callRoom('peer'),
  callRoom('media'),
  callRoom('data-channel', ['src/core/reliable-channel']),
  callRoom('recovery'),
  callRoom('ending'),
  { path: 'src/core/negotiation', inside: [...contracts, 'src/core/negotiation'], packages: ['rxjs'] },
  {
    path: 'src/adapters',
    inside: ['src/adapters', 'src/core'],
    packages: ['rxjs', 'valibot', 'simple-peer/simplepeer.min.js', 'socket.io-client'],
  },
  {
    path: 'src/bindings',
    inside: ['src/bindings', 'src/core'],
    packages: ['rxjs', 'react', 'vue', 'svelte', 'svelte/reactivity'],
  },
  {
    path: 'src/check',
    inside: ['src/check', 'src/quality', 'src/adapters', 'src/core'],
    packages: ['rxjs'],
  },
  { path: 'src/quality', inside: ['src/quality', 'src/core'], packages: ['rxjs'] },
  { path: 'src/inspect', inside: ['src/inspect', 'src/core'], packages: ['rxjs'] },
  {
    path: 'src/testing',
    inside: ['src/testing', 'src/inspect', 'src/quality', 'src/core'],
    packages: ['rxjs', 'rxjs/testing', 'valibot'],
  },
  {
    path: 'src/inspector',
    inside: ['src/inspector', 'src/inspect', 'src/testing', 'src/core'],
    packages: ['rxjs'],
  },
  { path: 'src/ui', inside: ['src/ui'], packages: ['rxjs', /^svelte(\/|$)/, publicEntries] },
  // These parts run whole calls in virtual time. The page loads them when they are opened.
  ...['lab', 'replay'].map((name) => ({
    path: `src/ui/${name}`,
    inside: ['src/ui'],
    packages: ['rxjs', 'valibot', /^svelte(\/|$)/, publicEntries, 'rxcall/testing', 'rxcall/stages'],
  })),
  ...server,
  {
    path: 'examples',
    inside: ['examples'],
    packages: ['rxjs', 'rxjs/testing', '@roamhq/wrtc', 'vitest', node, /^rxcall(\/|$)/],
  },
  ...['react', 'vue', 'svelte', 'custom-element', 'plain-dom'].map((name) => ({
    path: `examples/${name}`,
    inside: [`examples/${name}`],
    packages: [
      /^rxcall(-relay)?(\/|$)/,
      /^(react|react-dom|vue|svelte)(\/|$)/,
      /^(vite|@vitejs\/plugin-vue|@sveltejs\/vite-plugin-svelte)$/,
    ],
  })),
  { path: 'examples/signaling', inside: ['examples/signaling'], packages: ['rxcall', 'rxjs', 'ws'] },
]

/** @type {(path: string, folder: string) => boolean} */
const isIn = (path, folder) => path === folder || path.startsWith(`${folder}/`)

/** @type {(path: string) => Layer | undefined} */
const layerOf = (path) =>
  layers.filter((layer) => isIn(path, layer.path)).sort((a, b) => b.path.length - a.path.length)[0]

/** @type {(root: string, file: string) => string} */
const pathIn = (root, file) => relative(root, file).split(sep).join('/')

/** The syntax that names another module, as its `source`. */
const importing = [
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]

/** @type {(layer: Layer, path: string) => boolean} */
const takesFile = ({ inside, not = [] }, path) =>
  inside.some((folder) => isIn(path, folder)) && !not.some((folder) => isIn(path, folder))

/** @type {(layer: Layer, specifier: string) => boolean} */
const takesPackage = (layer, specifier) =>
  layer.packages.some((name) => (typeof name === 'string' ? name === specifier : name.test(specifier)))

/**
 * Reports each import, re-export and `import()` that violates {@link layers}, including type imports. Looks at paths
 * only, so a module need not exist.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const layersRule = {
  meta: {
    type: 'problem',
    docs: { description: 'A layer imports only from those below it' },
    schema: [],
    messages: {
      outside: '{{from}} must not import {{to}}: scripts/lint/layers.js lists what it may import',
      computed: '{{from}} must not import a computed path: its layer cannot be checked',
    },
  },
  create(context) {
    const layer = layerOf(pathIn(context.cwd, context.filename))
    if (layer === undefined) return {}

    /** @type {(node: import('estree').Node, to: string) => void} */
    const refuse = (node, to) =>
      context.report({ node, messageId: 'outside', data: { from: layer.path, to } })

    /** @param {{ source?: import('estree').Node | null }} node */
    const check = ({ source }) => {
      if (!source) return
      if (source.type !== 'Literal' || typeof source.value !== 'string') {
        context.report({ node: source, messageId: 'computed', data: { from: layer.path } })
        return
      }
      const specifier = source.value
      if (specifier.startsWith('.')) {
        const to = pathIn(context.cwd, resolve(dirname(context.filename), specifier))
        if (!takesFile(layer, to)) refuse(source, to)
      } else if (!takesPackage(layer, specifier)) {
        refuse(source, specifier)
      }
    }

    return Object.fromEntries(importing.map((type) => [type, check]))
  },
}
