import { EventEmitter } from 'node:events'
import { expect, it, vi } from 'vitest'
import { watchBacklog } from '../../../server/limits/backlog.ts'
import type { RelaySocket } from '../../../server/relay-socket.ts'

it('unsent answers to polls count, over however many connections', () => {
  const transport = { name: 'polling', writable: true, res: undefined as unknown }
  const conn = Object.assign(new EventEmitter(), { transport })
  const tooSlow = vi.fn()
  const options = { bytes: 100, slowMs: Infinity, tooSlow }
  const backlog = watchBacklog(conn as unknown as RelaySocket['conn'], options)
  const answer = (writableLength: number) => ({
    writableLength,
    writableFinished: false,
    destroyed: false,
    destroy: vi.fn(),
  })
  const answers = [answer(90), answer(90), answer(90)] as const
  const give = (res: ReturnType<typeof answer>) => {
    transport.res = res
    conn.emit('packetCreate', {})
    conn.emit('flush')
  }
  give(answers[0])
  expect(backlog.packets).toBe(0)
  give(answers[1])
  expect(backlog.packets).toBe(500)
  answers[0].writableFinished = true
  expect(backlog.packets).toBe(0)
  give(answers[2])
  give(answer(90))
  expect(tooSlow).not.toHaveBeenCalled()
  backlog.check()
  expect(tooSlow).toHaveBeenCalledTimes(1)
  backlog.abandon()
  expect(answers.map(({ destroy }) => destroy.mock.calls.length)).toEqual([0, 1, 1])
})
