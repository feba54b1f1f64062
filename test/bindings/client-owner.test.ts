import { describe, expect, it } from 'vitest'
import { clientOwner } from '../../src/bindings/client-owner.ts'
import { clients } from './support/clients.ts'

const dispatch = (type: 'pagehide' | 'pageshow') => window.dispatchEvent(new Event(type))

function owner() {
  const { create, made, online } = clients()
  const { open, close, snapshot, actions } = clientOwner()
  open(create)
  return { open: () => open(create), close, snapshot, actions, made, online }
}

describe('the owner of a client', () => {
  it('closes the client when the page is left', () => {
    const { online, snapshot } = owner()
    expect(online()).toBe(1)
    dispatch('pagehide')
    expect(online()).toBe(0)
    expect(snapshot().connection.status).toBe('closed')
  })

  it('makes another client when the page returns from the back/forward cache', () => {
    const { made, online, snapshot, actions } = owner()
    dispatch('pagehide')
    dispatch('pageshow')
    expect([made.length, online()]).toEqual([2, 1])
    expect(snapshot().connection.status).toBe('online')
    actions.call('bob')
    expect(made[1]?.state$.value.phase).toBe('calling')
  })

  it('keeps the client when the page is shown for the first time', () => {
    const { made } = owner()
    dispatch('pageshow')
    expect(made).toHaveLength(1)
  })

  it('ignores the page once it is closed', () => {
    const { close, made } = owner()
    close()
    dispatch('pagehide')
    dispatch('pageshow')
    expect(made).toHaveLength(1)
  })

  it('keeps one client if it is opened twice', () => {
    const { open, made, close, online } = owner()
    open()
    close()
    dispatch('pageshow')
    expect([made.length, online()]).toEqual([1, 0])
  })
})
