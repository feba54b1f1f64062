/**
 * Faults that simulated calls meet too rarely: a marble test finds them.
 *
 * @type {import('../mutants.js').Mutant[]}
 */
export const rareMutants = [
  {
    name: 'replaced-twice',
    file: 'call/recovery/replacement.ts',
    find: 'if (epoch <= memory.replaced) return memory',
    replace: '',
    why: 'two reasons to replace one connection count as two tries',
  },
  {
    name: 'resume-answered-seldom',
    file: 'reliable-channel/sliding-window.ts',
    find: 'acked.length > 0 || Math.abs(',
    replace: 'Math.abs(',
    why: 'a side that comes back twice within a second waits for what it missed',
  },
  {
    name: 'resumes-of-any-number',
    file: 'transport/resume-limit.ts',
    find: '!answers.take(scheduler.now())',
    replace: 'false',
    why: 'a user with many devices has more sent than the relay takes',
  },
  {
    name: 'resumes-of-others-counted',
    file: 'transport/resume-limit.ts',
    find: 'const isOfCall = open?.callId === message.callId && open.user === message.from.user',
    replace: 'const isOfCall = true',
    why: 'a stranger leaves the other side of the call without what it missed',
  },
  {
    name: 'late-device-told-again',
    file: 'call/setup/caller.ts',
    find: 'distinct(({ from }) => from.party),',
    replace: '',
    why: 'a device that rings on has the caller say more and more',
  },
  {
    name: 'connects-over-a-closed-connection',
    file: 'call/recovery/health.ts',
    find: "error || memory.phase !== 'connected' ?",
    replace: 'error ?',
    why: 'a call becomes connected over a connection that the other side has closed',
  },
  {
    name: 'pulled-headset-stays-silent',
    file: 'call/media/capture-changes.ts',
    find: "kind === 'audio' && media.takeovers < MAX_TAKEOVERS",
    replace: "kind === 'audio' && media.takeovers < 0",
    why: 'no other microphone takes the place of one that is gone',
  },
]
