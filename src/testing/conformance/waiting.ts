/** Why an adapter does not hold the contract. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
}

/** Milliseconds that one step may take: machines under load are slow, but not for ever. */
export const patience = 20_000

export function insist(holds: boolean, what: string): asserts holds {
  if (!holds) throw new ConformanceError(what)
}

/** Resolves after `ms` milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Asks again and again until the answer is null, and rejects with the last one where it never is. */
export async function eventually(
  missing: () => string | null | Promise<string | null>,
  { withinMs = patience, everyMs = 50 }: { readonly withinMs?: number; readonly everyMs?: number } = {},
): Promise<void> {
  const end = performance.now() + withinMs
  for (;;) {
    const answer = await missing()
    if (answer === null) return
    insist(performance.now() < end, `${answer}, after ${Math.round(withinMs / 1000)} s`)
    await pause(everyMs)
  }
}
