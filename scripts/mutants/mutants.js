import { admissionMutants } from './lists/admission.js'
import { endingMutants } from './lists/endings.js'
import { deviceMutants } from './lists/devices.js'
import { channelMutants } from './lists/channels.js'
import { postMutants } from './lists/post.js'
import { peerMutants } from './lists/peers.js'
import { mediaMutants } from './lists/media.js'

/**
 * A fault put into the core on purpose: one place changed.
 *
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} file In src/core.
 * @property {string} find Stands in the file exactly once.
 * @property {string} replace What stands there instead.
 * @property {string} why What is wrong then.
 */

/**
 * For the simulator.
 *
 * @type {Mutant[]}
 */
export const mutants = [
  ...admissionMutants,
  ...endingMutants,
  ...deviceMutants,
  ...channelMutants,
  ...postMutants,
  ...peerMutants,
  ...mediaMutants,
]
