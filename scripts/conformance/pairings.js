/** @typedef {import('./places.js').Adapter} Adapter */
/** @typedef {'chromium' | 'firefox' | 'node'} PlaceName */

/**
 * Who calls whom.
 *
 * @typedef {object} Pairing
 * @property {string} name
 * @property {Record<'offerer' | 'answerer', PlaceName>} places
 * @property {Record<'offerer' | 'answerer', Adapter>} adapters
 */

/** @type {readonly (readonly [offerer: PlaceName, answerer: PlaceName])[]} */
const places = [
  ['chromium', 'chromium'],
  ['firefox', 'firefox'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
  ['node', 'chromium'],
  ['chromium', 'node'],
]
/** @type {readonly Adapter[]} */
const adapters = ['native', 'simple-peer']

/** Every pairing: who offers comes first in its name. */
export const pairings = places.flatMap(([from, to]) =>
  adapters.flatMap((offers) =>
    adapters.map(
      /** @returns {Pairing} */
      (answers) => ({
        name: `${from}-${to} ${offers}-${answers}`,
        places: { offerer: from, answerer: to },
        adapters: { offerer: offers, answerer: answers },
      }),
    ),
  ),
)
