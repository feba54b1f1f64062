/** @typedef {Required<import('../page/probe.js').Marks>} Marks */
/** @typedef {{ readonly callee: Marks, readonly caller: Marks }} Call */

/**
 * The rows of the report, in milliseconds from the callee's click. README.md explains each of them.
 *
 * @type {Readonly<Record<string, (call: Call) => number>>}
 */
export const rows = fromClick({
  'camera open': ({ callee }) => callee.captured,
  'answer sent': ({ callee }) => callee.answered,
  'ICE connected': ({ callee, caller }) => Math.max(callee.connected, caller.connected),
  'DTLS connected': ({ callee, caller }) => Math.max(callee.secured, caller.secured),
  'callee receives': ({ callee }) => callee.received,
  'caller receives': ({ caller }) => caller.received,
  'callee decodes': ({ callee }) => callee.decoded,
  'caller decodes': ({ caller }) => caller.decoded,
  'callee sees': ({ callee }) => callee.seen,
  'caller sees': ({ caller }) => caller.seen,
  'both see': ({ callee, caller }) => Math.max(callee.seen, caller.seen),
})

/**
 * The additional rows of `--steps`: the steps of a call, separately for each side.
 *
 * @type {Readonly<Record<string, (call: Call) => number>>}
 */
export const steps = fromClick({
  'callee: offer applied': ({ callee }) => callee.described,
  'callee: answer sent': ({ callee }) => callee.answered,
  'callee: camera open': ({ callee }) => callee.captured,
  'callee: tracks attached': ({ callee }) => callee.attached,
  'caller: answer applied': ({ caller }) => caller.described,
  'callee: ICE connected': ({ callee }) => callee.connected,
  'caller: ICE connected': ({ caller }) => caller.connected,
  'callee: DTLS connected': ({ callee }) => callee.secured,
  'caller: DTLS connected': ({ caller }) => caller.secured,
  'callee: first packet': ({ callee }) => callee.received,
  'caller: first packet': ({ caller }) => caller.received,
  'callee: first packet of video': ({ callee }) => callee.pictured,
  'caller: first packet of video': ({ caller }) => caller.pictured,
  'callee: first frame decoded': ({ callee }) => callee.decoded,
  'caller: first frame decoded': ({ caller }) => caller.decoded,
  'callee: first frame shown': ({ callee }) => callee.seen,
  'caller: first frame shown': ({ caller }) => caller.seen,
})

/** @type {(times: Record<string, (call: Call) => number>) => Record<string, (call: Call) => number>} */
function fromClick(times) {
  return Object.fromEntries(
    Object.entries(times).map(([row, time]) => [row, (call) => time(call) - call.callee.accepted]),
  )
}
