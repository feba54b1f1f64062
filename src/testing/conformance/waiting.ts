/** Describes how an adapter breaks the contract. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
}

/** Milliseconds that one step may take, on a machine under load. */
export const patience = 20_000

export function insist(holds: boolean, what: string): asserts holds {
  if (!holds) throw new ConformanceError(what)
}

/** Resolves after `ms` milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Asks until the answer is null. Rejects with the last answer if it never is. */
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
