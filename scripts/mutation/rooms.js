/**
 * A folder of src/core, the tests that have to hold it, and the least share of its mutants that these have to find.
 *
 * @typedef {object} Room
 * @property {string} folder Subfolders that are rooms themselves belong to these.
 * @property {number} threshold Per cent.
 */

/** @type {readonly Room[]} */
export const rooms = [
  { folder: 'src/core', threshold: 0 },
  { folder: 'src/core/call', threshold: 0 },
  { folder: 'src/core/call/data-channel', threshold: 0 },
  { folder: 'src/core/call/ending', threshold: 0 },
  { folder: 'src/core/call/media', threshold: 0 },
  { folder: 'src/core/call/peer', threshold: 0 },
  { folder: 'src/core/call/recovery', threshold: 0 },
  { folder: 'src/core/call/setup', threshold: 0 },
  { folder: 'src/core/negotiation', threshold: 95 },
  { folder: 'src/core/protocol', threshold: 0 },
  { folder: 'src/core/reliable-channel', threshold: 95 },
  { folder: 'src/core/rx', threshold: 0 },
  { folder: 'src/core/trace', threshold: 0 },
  { folder: 'src/core/transport', threshold: 0 },
]
