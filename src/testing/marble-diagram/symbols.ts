/** Gives each label a letter of its own, one from the label where that is free. Letters mean nothing to marble syntax. */
export function symbols(): (label: string) => string {
  const known = new Map<string, string>()
  const taken = new Set<string>()
  return (label) => {
    const symbol = known.get(label) ?? firstFree(label, taken)
    known.set(label, symbol)
    taken.add(symbol)
    return symbol
  }
}

const isLetter = /^\p{L}$/u
const latin = Array.from('abcdefghijklmnopqrstuvwxyz')

function firstFree(label: string, taken: ReadonlySet<string>): string {
  const initials = label.split(/[^A-Za-z]+/).flatMap((word) => word.slice(0, 1).toLowerCase())
  const letters = Array.from(label.toLowerCase()).filter((character) => latin.includes(character))
  const wishes = [...initials, ...letters, ...latin]
  const free = [...wishes.flatMap((letter) => [letter, letter.toUpperCase()])].find(
    (letter) => letter !== '' && !taken.has(letter),
  )
  return free ?? firstFreeBeyond(taken)
}

/** From À upwards there is no end of letters. */
function firstFreeBeyond(taken: ReadonlySet<string>): string {
  for (let codePoint = 0xc0; ; codePoint++) {
    const letter = String.fromCodePoint(codePoint)
    if (isLetter.test(letter) && !taken.has(letter)) return letter
  }
}
