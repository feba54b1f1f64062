/** @typedef {import('./places.js').Adapter} Adapter */
/** @typedef {'chromium' | 'firefox' | 'node'} PlaceName */
/** @typedef {import('../../src/testing/conformance/index.ts').Platform} Platform */

/**
 * Who calls whom.
 *
 * @typedef {object} Pairing
 * @property {string} name
 * @property {Record<'offerer' | 'answerer', PlaceName>} places
 * @property {Record<'offerer' | 'answerer', Adapter>} adapters
 * @property {NonNullable<Platform['lacks']>} lacks The features that only the combination of the two places lacks.
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

/**
 * Bare connections without an adapter lack these as well.
 *
 * @type {Partial<Record<string, Pairing['lacks']>>}
 */
const lacking = {
  'chromium-firefox': {
    'restart-while-up':
      'Firefox as the answerer receives nothing after Chromium restarts ICE over a working path',
  },
}

/** Every pairing. Its name begins with the offerer. */
export const pairings = places.flatMap(([from, to]) =>
  adapters.flatMap((offers) =>
    adapters.map(
      /** @returns {Pairing} */
      (answers) => ({
        name: `${from}-${to} ${offers}-${answers}`,
        places: { offerer: from, answerer: to },
        adapters: { offerer: offers, answerer: answers },
        lacks: lacking[`${from}-${to}`] ?? {},
      }),
    ),
  ),
)
