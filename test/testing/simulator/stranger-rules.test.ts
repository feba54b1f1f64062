import { describe, expect, it } from 'vitest'
import type { CallEvent, Party } from '../../../src/core/index.ts'
import { virtualId } from '../../../src/testing/index.ts'
import { arrive, bob, connected, connecting, nothingNew, online } from './support/call-events.ts'
import { watched } from './support/watched.ts'

const stranger = (user: string): Party => ({ user, party: virtualId(0xbad) })
const [mallory, marvin, magda] = ['mallory', 'marvin', 'magda'].map(stranger)
const says = (from: Party | undefined): CallEvent =>
  arrive({ type: 'candidates', seq: 1, body: { list: [] } }, from)

function world() {
  const world = watched()
  world.alice.sees(nothingNew, connecting, online)
  const hears = (count: number, from: Party | undefined) => {
    for (let index = 0; index < count; index++) world.alice.sees(says(from))
  }
  return { ...world, hears }
}

describe('limits-floods', () => {
  it('what strangers may say in a second, every second, is as it should be', () => {
    const { hears, at, broken } = world()
    for (const ms of [0, 1_000, 2_000]) {
      at(ms)
      hears(44, mallory)
      hears(44, marvin)
    }
    expect(broken()).toBeUndefined()
  })

  it('whom the client has a call with, or had one, is no stranger', () => {
    const { alice, hears, broken } = world()
    hears(200, bob)
    alice.sees(nothingNew, { ...connected, remote: stranger('mallory') })
    hears(200, mallory)
    hears(200, bob)
    expect(broken()).toBeUndefined()
  })

  it('one who is heard more often', () => {
    const { hears, at, broken } = world()
    hears(44, mallory)
    at(999)
    hears(1, mallory)
    expect(broken()).toContain('limits-floods: hears 45 messages of the stranger mallory in a second')
  })

  it('several who are heard more often', () => {
    const { hears, broken } = world()
    for (const each of [mallory, marvin]) hears(30, each)
    hears(29, magda)
    expect(broken()).toContain('limits-floods: hears 89 messages of strangers in a second')
  })
})
