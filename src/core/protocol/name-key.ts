/**
 * What all spellings of a name share: variants of Unicode (NFKC), upper and lower case, runs of spaces and characters
 * that do not show make no difference.
 *
 * @example
 * nameKey('Alice  Smith') === nameKey('alice smith') // true
 */
export function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .normalize('NFKC')
    .replace(/[\s\u2800]+/gu, ' ')
    .trim()
}
