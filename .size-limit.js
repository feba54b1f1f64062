// What a page loads for a call: minified, gzipped, in kB of 1,000 bytes. `npm run size` builds it and measures. A row past
// its limit fails the package tests. Raise the limit in the commit that is worth it, and the figure in README.md.

/**
 * Peer dependencies are left out otherwise.
 *
 * @type {<T extends object>(config?: T) => T}
 */
const all = (config) => Object.assign(/** @type {any} */ ({}), config, { external: [] })
/**
 * What a page with a client has already is left out: RxJS and the core.
 *
 * @type {<T extends object>(config?: T) => T}
 */
const besidesCore = (config) =>
  Object.assign(/** @type {any} */ ({}), config, {
    external: ['rxjs', 'valibot'],
    plugins: [
      {
        name: 'core',
        /** @param {any} build */
        setup: (build) => build.onResolve({ filter: /\/core\// }, () => ({ path: 'rxcall', external: true })),
      },
    ],
  })
/** @type {(peer: Record<string, string>) => Record<string, string>} */
const adapters = (peer) => ({
  'dist/core/index.js': '{ createCallClient }',
  'dist/adapters/browser-media.js': '{ browserMedia }',
  'dist/adapters/socket-io-signaling.js': '{ socketIoSignaling }',
  ...peer,
})

export default [
  {
    name: 'client without RxJS',
    path: 'dist/core/index.js',
    import: '{ createCallClient }',
    ignore: ['rxjs'],
    gzip: true,
    limit: '29.6 kB',
  },
  {
    name: 'client',
    path: 'dist/core/index.js',
    import: '{ createCallClient }',
    modifyEsbuildConfig: all,
    gzip: true,
    limit: '37.8 kB',
  },
  {
    name: 'call with nativePeer',
    import: adapters({ 'dist/adapters/native-peer.js': '{ nativePeer }' }),
    modifyEsbuildConfig: all,
    gzip: true,
    limit: '66.4 kB',
  },
  {
    name: 'call with simplePeer',
    import: adapters({ 'dist/adapters/simple-peer.js': '{ simplePeer }' }),
    modifyEsbuildConfig: all,
    gzip: true,
    limit: '96 kB',
  },
  {
    name: 'quality besides a client',
    path: 'dist/quality/index.js',
    import: '{ quality, samples, limitSending }',
    modifyEsbuildConfig: besidesCore,
    gzip: true,
    limit: '3.2 kB',
  },
  {
    name: 'quality with adaptSending',
    path: 'dist/quality/index.js',
    modifyEsbuildConfig: besidesCore,
    gzip: true,
    limit: '4.3 kB',
  },
  {
    name: 'check besides a client',
    path: 'dist/check/index.js',
    modifyEsbuildConfig: besidesCore,
    gzip: true,
    limit: '14 kB',
  },
  {
    name: 'inspector besides a client',
    path: 'dist/inspector/index.js',
    modifyEsbuildConfig: besidesCore,
    gzip: true,
    limit: '22 kB',
  },
  ...Object.entries({ react: '1.4 kB', vue: '1.4 kB', svelte: '1.15 kB' }).map(([name, limit]) => ({
    name: `bindings for ${name}`,
    path: `dist/bindings/${name}.js`,
    ignore: ['rxjs', 'react', 'vue', 'svelte'],
    gzip: true,
    limit,
  })),
]
