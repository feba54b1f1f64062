/**
 * Faults that simulated calls meet too rarely: a marble test finds them.
 *
 * @type {import('../mutants.js').Mutant[]}
 */
export const rareMutants = [
  {
    name: 'replaced-twice',
    file: 'call/recovery.ts',
    find: 'return need.epoch > epoch',
    replace: 'return need.epoch >= 0',
    why: 'two reasons to replace one connection count as two tries',
  },
]
