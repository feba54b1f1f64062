import { LAB, MAX_FRAGMENT, readFragment, writeFragment } from './fragment.ts'
import { SceneSchema } from './scene-schema.ts'
import type { Scene } from './scene.ts'

/**
 * Returns a scene as the fragment of an address, without `#`. Throws a RangeError if it is longer than 8,192
 * characters.
 *
 * @example
 * location.hash = encodeScene(scene)
 */
export function encodeScene(scene: Scene): string {
  const fragment = writeFragment('scene', scene)
  if (fragment.length > MAX_FRAGMENT)
    throw new RangeError(
      `the scene is too long for an address: ${fragment.length} characters of at most ${MAX_FRAGMENT}. Leave out entries of its timeline, or keep it as JSON`,
    )
  return fragment
}

/**
 * Reads the fragment of an address, with or without `#`. Checks everything, and never throws: `problem` says what is
 * wrong and what to do, as a sentence to show.
 *
 * @example
 * const decoded = decodeScene(location.hash)
 * const scene = decoded.ok ? decoded.scene : startScenes[0].scene
 */
export function decodeScene(
  fragment: string,
): { readonly ok: true; readonly scene: Scene } | { readonly ok: false; readonly problem: string } {
  const read = readFragment(fragment, 'scene', SceneSchema)
  return read.ok ? { ok: true, scene: read.value } : read
}

/** A sentence with the address that opens a scene in the lab, or with what to do if none can. */
export function sceneLink(scene: Scene): string {
  const fragment = writeFragment('scene', scene)
  const decoded = decodeScene(fragment)
  if (decoded.ok) return `Open it in the lab (npm start): ${LAB}#${fragment}`
  return `The lab cannot open it; runScenario can run it. ${decoded.problem}`
}

/**
 * Returns the address that opens a scene in the lab. Throws a RangeError as {@link encodeScene} does.
 *
 * @param lab Where the lab is. Default: where `npm start` serves it.
 *
 * @example
 * console.log(sceneUrl(scene)) // http://localhost:3000/lab/#scene=eyJ0…
 */
export function sceneUrl(scene: Scene, lab: string = LAB): string {
  return `${lab}#${encodeScene(scene)}`
}
