/**
 * Globals that streams in src/core must not use. They must arrive through a port or `env`. Otherwise virtual time and
 * replay would not work.
 */

const ambient = {
  navigator: 'MediaPort',
  window: 'a port',
  document: 'a port',
  localStorage: 'a port',
  sessionStorage: 'a port',
  fetch: 'SignalingPort',
  WebSocket: 'SignalingPort',
  RTCPeerConnection: 'PeerPort',
  RTCSessionDescription: 'PeerPort',
  RTCIceCandidate: 'PeerPort',
  MediaStream: 'MediaPort',
  setTimeout: 'env.scheduler',
  setInterval: 'env.scheduler',
  setImmediate: 'env.scheduler',
  queueMicrotask: 'env.scheduler',
  requestAnimationFrame: 'env.scheduler',
  Date: 'env.scheduler.now()',
  performance: 'env.scheduler.now()',
  crypto: 'env.id',
  Promise: 'an Observable',
  process: 'an option',
  console: 'an Observable of what happened',
}

/** Ways around a ban: `globalThis.Date` and the like. */
const globalObjects = ['globalThis', 'self', 'global']

/** Operators and creators of rxjs that use the real clock unless they get a scheduler. */
const timed = [
  'timer',
  'interval',
  'delay',
  'debounceTime',
  'throttleTime',
  'auditTime',
  'sampleTime',
  'timeInterval',
  'timestamp',
]

/**
 * Rules for src/core.
 *
 * @param {{ except?: string[] }} [options] `except`: globals that only these files may use.
 * @returns {import('eslint').Linter.RulesRecord}
 */
export function noAmbient({ except = [] } = {}) {
  return {
    'no-restricted-globals': [
      'error',
      ...Object.entries(ambient)
        .filter(([name]) => !except.includes(name))
        .map(([name, instead]) => ({ name, message: `In src/core use ${instead}.` })),
      ...globalObjects.map((name) => ({ name, message: 'In src/core, pass this in as an argument.' })),
    ],
    'no-restricted-properties': [
      'error',
      { object: 'Math', property: 'random', message: 'In src/core use env.id.' },
    ],
  }
}

/** Syntax that src/core must not use, for `no-restricted-syntax`. */
export const coreSyntax = [
  { selector: ':function[async=true]', message: 'In src/core use an Observable.' },
  { selector: 'AwaitExpression', message: 'In src/core use an Observable.' },
  { selector: 'ForOfStatement[await=true]', message: 'In src/core use an Observable.' },
  {
    // `no-restricted-globals` checks only values.
    selector: 'TSTypeReference > Identifier[name=/^Promise(Like)?$/]',
    message: 'In src/core use an Observable.',
  },
  {
    selector: 'ImportSpecifier[imported.name=/^(firstValueFrom|lastValueFrom)$/]',
    message: 'They return a Promise; in src/core use take(1) or last().',
  },
  {
    selector: `CallExpression[callee.name=/^(${timed.slice(0, 7).join('|')})$/][arguments.length=1]`,
    message: 'Hand it env.scheduler, or it takes the real clock.',
  },
  {
    selector: `CallExpression[callee.name=/^(${timed.slice(7).join('|')})$/][arguments.length=0]`,
    message: 'Hand it env.scheduler, or it takes the real clock.',
  },
]

/** Real schedulers, which only `systemEnv` may use; for `no-restricted-syntax`. */
export const realSchedulers = {
  selector: 'ImportSpecifier[imported.name=/^(async|asap|animationFrame)(Scheduler)?$/]',
  message: 'In src/core use env.scheduler.',
}

/** For `no-restricted-syntax`. */
export const namedExportsOnly = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'ExportSpecifier[exported.name="default"]', message: 'Named exports only.' },
]
