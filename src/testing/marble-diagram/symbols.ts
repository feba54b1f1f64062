/** Gives each label its own letter, one from the label if it is free. Letters have no meaning in marble syntax. */
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

/** From À upwards, there are plenty of letters. */
function firstFreeBeyond(taken: ReadonlySet<string>): string {
  for (let codePoint = 0xc0; ; codePoint++) {
    const letter = String.fromCodePoint(codePoint)
    if (isLetter.test(letter) && !taken.has(letter)) return letter
  }
}
