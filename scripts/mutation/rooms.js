/**
 * A folder of src/core, the tests that have to hold it, and the least share of its mutants that these have to find.
 *
 * @typedef {object} Room
 * @property {string} folder Subfolders that are rooms themselves belong to these.
 * @property {number} [threshold] Per cent, a little below what was measured. Without one, the score is only printed.
 */

/** @type {readonly Room[]} */
export const rooms = [
  { folder: 'src/core' },
  { folder: 'src/core/call' },
  { folder: 'src/core/call/data-channel' },
  { folder: 'src/core/call/ending' },
  { folder: 'src/core/call/media' },
  { folder: 'src/core/call/peer' },
  { folder: 'src/core/call/recovery', threshold: 95 },
  { folder: 'src/core/call/setup', threshold: 87 },
  { folder: 'src/core/negotiation', threshold: 95 },
  { folder: 'src/core/protocol' },
  { folder: 'src/core/reliable-channel', threshold: 95 },
  { folder: 'src/core/rx' },
  { folder: 'src/core/trace' },
  { folder: 'src/core/transport' },
]
