/** Some of the values. `undefined` stands for the default, as if the key were left out. */
export type Overrides<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** The values that are not `undefined`. */
export function given<T extends object>(
  overrides: T,
): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>
  }
}
