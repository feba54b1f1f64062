/**
 * One side of a call, in one of the variants that are compared.
 *
 * @typedef {object} Side
 * @property {Promise<unknown>} online The relay knows this side.
 * @property {Promise<unknown>} offered The other side's offer, and the last of its candidates, are here.
 * @property {(to: string) => unknown} call
 * @property {() => unknown} accept
 * @property {() => void} close Releases everything.
 */

/**
 * What a side is given.
 *
 * @typedef {object} SideOptions
 * @property {string} name
 * @property {(what: 'captured' | 'answered') => void} mark Notes the time.
 * @property {(stream: MediaStream) => void} show Shows what the other side sends.
 * @property {number} peerServer The port of the server of PeerJS.
 */

/** The first two are rxcall with either peer. */
export const variants = /** @type {const} */ (['native', 'simple-peer', 'control', 'PeerJS'])

/** @typedef {typeof variants[number]} Variant */
