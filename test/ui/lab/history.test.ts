import { expect, it } from 'vitest'
import { begin, change, redo, undo } from '../../../src/ui/lab/model/history.ts'

it('undoes and redoes changes one after the other', () => {
  const changed = change(change(begin(1), 2), 3)
  expect(undo(changed).present).toBe(2)
  expect(undo(undo(changed)).present).toBe(1)
  expect(redo(undo(changed)).present).toBe(3)
})

it('undoes changes of one kind in a row together', () => {
  const changed = change(change(change(begin(1), 2), 3, 'move'), 4, 'move')
  expect(undo(changed).present).toBe(2)
})

it('does not add a change to one of its kind that was undone', () => {
  const undone = undo(change(change(begin(1), 2, 'move'), 3, 'other'))
  expect(undo(change(undone, 4, 'move')).present).toBe(2)
})

it('forgets what was undone when something else changes', () => {
  const changed = change(undo(change(begin(1), 2)), 3)
  expect(redo(changed).present).toBe(3)
  expect(undo(changed).present).toBe(1)
})

it('stays the same when there is nothing to undo, to redo or to change', () => {
  const history = begin(1)
  expect(undo(history)).toBe(history)
  expect(redo(history)).toBe(history)
  expect(change(history, 1)).toBe(history)
})
