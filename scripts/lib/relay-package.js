/**
 * A compiled file.
 *
 * @typedef {object} Compiled
 * @property {string} path With slashes.
 * @property {string} text
 */

/**
 * Moves a compiled file of the relay from its folder in the repository to its folder in the package. Adapts its imports
 * of the protocol. `server/users/x.js` becomes `users/x.js`, and `src/core/protocol/x.js` becomes `protocol/x.js`.
 * Throws if the file is from another folder, or imports from one.
 *
 * @param {Compiled} file
 * @returns {Compiled}
 */
export function inRelayPackage({ path, text }) {
  const [, inServer, inProtocol] = /^(?:server\/(.+)|src\/core\/protocol\/(.+))$/.exec(path) ?? []
  if (inServer === undefined) {
    if (inProtocol === undefined) throw new Error(`not a part of the relay: ${path}`)
    return { path: `protocol/${inProtocol}`, text: checked(path, text) }
  }
  // One level less, because the protocol is beside the folders of the relay.
  const moved = text.replace(
    /(['"])\.\.\/((?:\.\.\/)*)src\/core\/protocol\//g,
    (_, quote, up) => `${quote}${up || './'}protocol/`,
  )
  return { path: inServer, text: checked(path, moved) }
}

/** @type {(path: string, text: string) => string} */
function checked(path, text) {
  const outside = /['"](?:\.\.?\/)+src\/[^'"]*/.exec(text)
  if (outside) throw new Error(`not in the package of the relay: ${outside[0]}, imported by ${path}`)
  return text
}
