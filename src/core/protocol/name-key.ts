/**
 * Returns what all spellings of a name share. Ignores Unicode variants (NFKC), case, runs of spaces and invisible
 * characters.
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
