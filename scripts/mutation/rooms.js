/**
 * A folder of src/core, its tests, and the minimum share of mutants that these tests have to find.
 *
 * @typedef {object} Room
 * @property {string} folder The folder, without subfolders that are rooms themselves.
 * @property {number} [threshold] The minimum in per cent, slightly below the measured score. If missing, the score is
 *   only printed.
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
  { folder: 'src/core/stages' },
  { folder: 'src/core/trace' },
  { folder: 'src/core/transport' },
]
