/**
 * Tests that run together, as a project of vitest.
 *
 * @typedef {object} Suite
 * @property {string} name
 * @property {string[]} folders Folders of test/.
 * @property {number} timeout Milliseconds that one test may take.
 * @property {boolean} parallel Whether test files may run side by side.
 * @property {boolean} [shared] Whether the files that run in a process share their modules, which saves loading them for
 *   each file. A support file then registers no hooks: only the first test file would have them.
 * @property {boolean} [page] Whether its files run in a simulated page, with packages as browsers get them.
 * @property {boolean} [browsers] Whether its files share one Chromium and one Firefox.
 * @property {boolean} [packed] Whether its files get both packages as they would be published, packed once.
 * @property {number} [budget] Seconds that the whole suite should take on two cores. `npm test` prints it beside the
 *   time taken; exceeding it fails nothing.
 * @property {boolean} [apart] Whether it is a separate run, which `npm test` omits.
 */

/**
 * The suites in the order in which they run. The quick ones come first. They run one after the other, so that none
 * disturbs another's timing.
 *
 * @type {Suite[]}
 */
export const suites = [
  {
    name: 'unit',
    folders: [
      'core',
      'quality',
      'check',
      'inspect',
      'inspector',
      'testing',
      'bugs',
      'docs',
      'ui',
      'lint',
      'scripts',
    ],
    timeout: 60_000,
    parallel: true,
    shared: true,
    budget: 140,
  },
  { name: 'bindings', folders: ['bindings'], timeout: 30_000, parallel: true, page: true, budget: 20 },
  { name: 'relay', folders: ['relay'], timeout: 20_000, parallel: true, shared: true, budget: 60 },
  { name: 'attack', folders: ['attack'], timeout: 60_000, parallel: false, budget: 150 },
  { name: 'nodes', folders: ['nodes', 'proxies'], timeout: 60_000, parallel: false, budget: 60 },
  { name: 'adapters', folders: ['adapters'], timeout: 20_000, parallel: false, budget: 60 },
  {
    name: 'integration',
    folders: ['integration', 'examples'],
    timeout: 60_000,
    parallel: false,
    budget: 100,
  },
  {
    name: 'browser',
    folders: ['browser'],
    timeout: 120_000,
    parallel: false,
    shared: true,
    browsers: true,
    budget: 480,
  },
  {
    name: 'compatibility',
    folders: ['compatibility'],
    timeout: 120_000,
    parallel: false,
    browsers: true,
    apart: true,
  },
  { name: 'conformance', folders: ['conformance'], timeout: 120_000, parallel: false, apart: true },
  {
    name: 'network',
    folders: ['network'],
    timeout: 300_000,
    parallel: false,
    browsers: true,
    apart: true,
  },
  { name: 'package', folders: ['package'], timeout: 180_000, parallel: false, packed: true, budget: 60 },
  {
    name: 'packages',
    folders: ['packages'],
    timeout: 300_000,
    parallel: false,
    browsers: true,
    packed: true,
    apart: true,
  },
]
