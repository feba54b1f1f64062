import { describe, expect, it } from 'vitest'
import { nameRecord, watchRemoteUsers } from '../support/name-records.ts'
import { randomId } from '../support/relay-fixture.ts'

const [phone, laptop] = [randomId(), randomId()]

describe('the users of other nodes', () => {
  it('join and leave by each party, and join before they leave', () => {
    const { changes, remoteUsers } = watchRemoteUsers()
    remoteUsers.set('a', 'ALICE', nameRecord('alice', { [phone]: 1 }))
    remoteUsers.set('b', 'ALICE', nameRecord('alice', { [laptop]: 2 }))
    remoteUsers.set('a', 'BOB', nameRecord('bob', { [phone]: 1 }))
    expect(changes.splice(0)).toEqual(['+alice', '+alice', '+bob'])
    remoteUsers.set('a', 'BOB', nameRecord('bob', { [phone]: 3, [laptop]: 3 }, [phone]))
    expect(changes.splice(0)).toEqual(['+bob'])
    remoteUsers.set('a', 'BOB', nameRecord('bob', { [phone]: 3 }))
    remoteUsers.set('a', 'ALICE', undefined)
    expect(changes.splice(0)).toEqual(['-bob', '-alice'])
    remoteUsers.drop('b')
    expect(changes.splice(0)).toEqual(['-alice'])
    remoteUsers.replace('a', new Map([['CAROL', nameRecord('carol', { [phone]: 1 })]]))
    expect(changes.splice(0)).toEqual(['-bob', '+carol'])
    remoteUsers.set('a', 'CAROL', nameRecord('Carol', { [phone]: 1 }))
    expect(changes.splice(0)).toEqual(['+Carol', '-carol'])
    remoteUsers.set('a', 'CAROL', nameRecord('Carol', { [phone]: 1 }, [], '@club'))
    expect(changes).toEqual(['+Carol@club', '-Carol'])
    expect(remoteUsers.find({ user: 'carol' })).toEqual([])
  })

  it('are found with each party once, by its latest claim', () => {
    const { remoteUsers } = watchRemoteUsers()
    remoteUsers.set('a', 'ALICE', nameRecord('alice', { [phone]: 5, [laptop]: 1 }, [phone]))
    remoteUsers.set('b', 'ALICE', nameRecord('alice', { [phone]: 4 }))
    const found = (party?: string) =>
      remoteUsers
        .find(party === undefined ? { user: 'alice' } : { user: 'alice', party })
        .map(({ party: id, keepsUp }) => [id, keepsUp])
    expect(found()).toEqual([
      [phone, false],
      [laptop, true],
    ])
    remoteUsers.set('b', 'ALICE', nameRecord('alice', { [phone]: 6 }))
    expect(found(phone)).toEqual([[phone, true]])
    expect(found(randomId())).toEqual([])
    expect(remoteUsers.find({ user: 'ALICE' })).toEqual([])
    expect(remoteUsers.holders('ALICE')).toHaveLength(2)
  })

  it('stay slow when their node is read from Redis, which does not store that', () => {
    const { remoteUsers } = watchRemoteUsers()
    remoteUsers.set('a', 'ALICE', nameRecord('alice', { [phone]: 1 }, [phone]))
    remoteUsers.replace('a', new Map([['ALICE', nameRecord('alice', { [phone]: 1 })]]))
    expect(remoteUsers.find({ user: 'alice' })[0]?.keepsUp).toBe(false)
  })
})
