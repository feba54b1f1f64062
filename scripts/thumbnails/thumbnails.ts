import { startScenes } from 'rxcall/testing'
import { sceneSvg } from './scene-svg.ts'

/** A picture of each scene that the lab starts with, by its file in docs/scenes/. */
export function thumbnails(): ReadonlyMap<string, string> {
  return new Map(startScenes.map(({ id, scene }) => [`${id}.svg`, sceneSvg(scene)]))
}
