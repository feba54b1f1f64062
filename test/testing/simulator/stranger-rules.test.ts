import { describe, expect, it } from 'vitest'
import type { Party } from '../../../src/core/index.ts'
import { virtualId } from '../../../src/testing/index.ts'
import { bob, connected, connecting, nothingNew, online, transmit } from './support/call-events.ts'
import { watched } from './support/watched.ts'

const stranger = (user: string): Party => ({ user, party: virtualId(0xbad) })
const [mallory, marvin, magda] = ['mallory', 'marvin', 'magda'].map(stranger)
const answers = (to: Party | undefined) => transmit({ type: 'ack', body: { seq: 0 } }, to)

function world() {
  const world = watched()
  world.alice.sees(nothingNew, connecting, online)
  const acknowledges = (count: number, from: Party | undefined) => {
    for (let index = 0; index < count; index++) world.alice.sees(answers(from))
  }
  return { ...world, acknowledges }
}

describe('limits-floods', () => {
  it('accepts as many acknowledgements to strangers as allowed, every second', () => {
    const { acknowledges, at, broken } = world()
    for (const ms of [0, 1_000, 2_000]) {
      at(ms)
      acknowledges(44, mallory)
      acknowledges(44, marvin)
    }
    expect(broken()).toBeUndefined()
  })

  it('does not count the other side of the present or an earlier call as a stranger', () => {
    const { alice, acknowledges, broken } = world()
    acknowledges(200, bob)
    alice.sees(nothingNew, { ...connected, remote: stranger('mallory') })
    acknowledges(200, mallory)
    acknowledges(200, bob)
    expect(broken()).toBeUndefined()
  })

  it('reports one stranger who is acknowledged too often', () => {
    const { acknowledges, at, broken } = world()
    acknowledges(44, mallory)
    at(999)
    acknowledges(1, mallory)
    expect(broken()).toContain('limits-floods: acknowledges 45 messages of the stranger mallory in a second')
  })

  it('reports several strangers who are acknowledged too often together', () => {
    const { acknowledges, broken } = world()
    for (const each of [mallory, marvin]) acknowledges(30, each)
    acknowledges(29, magda)
    expect(broken()).toContain('limits-floods: acknowledges 89 messages of strangers in a second')
  })
})
