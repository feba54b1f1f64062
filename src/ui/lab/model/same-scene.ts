import type { Scene } from 'rxcall/testing'

/** Whether both scenes hold the same data, in whatever order their properties are. */
export function isSameScene(one: Scene, other: Scene): boolean {
  return one === other || canonical(one) === canonical(other)
}

function canonical(scene: Scene): string {
  return JSON.stringify(scene, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
