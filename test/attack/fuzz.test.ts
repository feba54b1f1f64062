import { expect, it } from 'vitest'
import { fuzz } from './support/fuzz.ts'

it('a hundred thousand made-up messages are judged by the protocol, and reach only their addressees', () => {
  const seed = Date.now() % 2 ** 31
  console.log(`seed ${seed}`)
  const { accepted, refused, tooLarge, delivered } = fuzz(100_000, seed)
  // Otherwise it would prove nothing.
  expect(accepted).toBeGreaterThan(3000)
  expect(refused).toBeGreaterThan(30_000)
  expect(tooLarge).toBeGreaterThan(100)
  expect(delivered).toBeGreaterThan(1000)
}, 60_000)
