import { describe, expect, it } from 'vitest'
import { coverageReport } from '../../scripts/simulate/coverage.js'
import { readOptions } from '../../scripts/simulate/options.js'
import { faultKinds } from '../../src/testing/index.ts'

describe('the options of npm run simulate', () => {
  const read = (...args: string[]) => readOptions(args, faultKinds)

  it('have defaults, and a new seed each time', () => {
    expect(read()).toMatchObject({ calls: 100_000, clients: 2, faults: undefined })
    expect(read()).not.toEqual(read())
  })

  it('are read from the command line', () => {
    expect(read('--calls', '10', '--seed', '7', '--clients', '3', '--faults', 'loss, freeze')).toMatchObject({
      calls: 10,
      seed: 7,
      clients: 3,
      faults: ['loss', 'freeze'],
    })
    expect(read('--faults', 'none')).toMatchObject({ faults: [] })
    expect([read('--help'), read('--list')]).toEqual(['help', 'list'])
  })

  it.each([
    [['--calls', '0'], '--calls must be a whole number from 1'],
    [['--calls', 'many'], '--calls must be a whole number'],
    [['--seed=-1'], '--seed must be a whole number'],
    [['--clients', '1'], '--clients must be a whole number from 2 to 8'],
    [['--faults', 'loss,gremlins'], 'unknown fault "gremlins"'],
    [['--sede', '1'], '--sede'],
  ])('are refused when they make no sense: %j', (args, problem) => {
    expect(() => read(...args)).toThrow(problem)
  })
})

describe('the coverage report', () => {
  it('counts reached cells, and names unreached ones, for all faults or for one', () => {
    const report = coverageReport([['loss idle×calling', 3]], ['loss', 'freeze'])
    expect(report).toContain('1 of 98 cells reached, 0 cannot be\nnever reached:')
    expect(report).toContain('any fault: idle×idle idle×ringing')
    expect(report).toContain('freeze: idle×calling')
    expect(report).not.toContain('loss:')
  })

  it('names nothing when everything was reached', () => {
    const phases = ['idle', 'calling', 'ringing', 'connecting', 'connected', 'reconnecting', 'ended']
    const all = phases.flatMap((first) =>
      phases.map((second): [string, number] => [`loss ${first}×${second}`, 1]),
    )
    expect(coverageReport(all, ['loss'])).toBe('49 of 49 cells reached, 0 cannot be')
  })

  it('explains impossible cells instead of naming them as unreached', () => {
    const report = coverageReport(
      [
        ['hang-up-during-restart idle×idle', 1],
        ['glare idle×idle', 1],
      ],
      ['hang-up-during-restart'],
    )
    expect(report).toBe(
      '1 of 49 cells reached, 48 cannot be (48: nobody hangs up during a restart if nothing restarts)',
    )
    expect(coverageReport([], ['hang-up-during-restart', 'path-outage'])).toContain('0 cannot be')
    expect(coverageReport([], ['malformed'])).toContain(
      '13 cannot be (13: no call reconnects if nothing interrupts it)',
    )
  })
})
