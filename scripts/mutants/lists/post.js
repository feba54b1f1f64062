/**
 * Which channels there are, for how long, and what becomes of messages without one.
 *
 * @type {import('../mutants.js').Mutant[]}
 */
export const postMutants = [
  {
    name: 'channel-ends-with-the-call',
    file: 'transport/call-channel.ts',
    find: '(used || wasOpen) && waiting === 0',
    replace: '(used || wasOpen)',
    why: 'a lost endMessage is not sent again',
  },
  {
    name: 'channels-of-the-dead',
    file: 'transport/reliable-signaling.ts',
    find: "(standing === 'unknown' && type !== 'resume')",
    replace: "type !== 'resume'",
    why: 'a late duplicate opens the channel of a call that is over',
  },
  {
    name: 'end-message-answered-gone',
    file: 'call/setup/stray-messages.ts',
    find: "'hang-up':   ['dismiss', 'dismiss', 'none',      'none',  'ack',  'ack'],",
    replace: "'hang-up':   ['dismiss', 'dismiss', 'none',      'none',  'gone', 'gone'],",
    why: 'an end message that comes again is not acknowledged',
  },
  {
    name: 'end-message-unacknowledged',
    file: 'call/setup/stray-messages.ts',
    find: "return { ...head, type: 'ack', body: { seq: message.seq ?? 0 } }",
    replace: 'return undefined',
    why: 'an end message whose acknowledgement was lost is sent again in vain',
  },
  {
    name: 'late-contact-unanswered',
    file: 'call/setup/stray-messages.ts',
    find: "return { ...head, type: 'gone', body: {} }",
    replace: 'return undefined',
    why: 'a client that goes on with a call that is over is not told',
  },
  {
    name: 'gone-keeps-the-channel',
    file: 'transport/call-channel.ts',
    find: "undelivered.push({ type: 'received', message: input.message })\n        complete()",
    replace: "undelivered.push({ type: 'received', message: input.message })\n        deliver()",
    why: 'messages go on to somebody who is not there',
  },
  {
    name: 'numbers-shared',
    file: 'transport/reliable-signaling.ts',
    find: '`${callId}\\n${to.user}\\n${to.party}`',
    replace: '`${callId}\\n${to.user}\\n`',
    why: 'all devices of a user share one channel',
  },
  {
    name: 'lingers-for-ever',
    file: 'transport/call-channel.ts',
    find: "if (reason) timer = scheduler.schedule(complete, reason === 'unclaimed' ? keptMs : settings.lingerMs)",
    replace: '',
    why: 'a call that is over is never let go',
  },
  {
    name: 'resume-not-sent',
    file: 'transport/call-channel.ts',
    find: 'channel.open(isBack && isOpen())',
    replace: 'channel.open(false)',
    why: 'the other side is not told where to go on',
  },
  {
    name: 'open-call-evicted',
    file: 'rx/merge-map-by-key.ts',
    find: 'const its = worth(first, value)',
    replace: 'const its = 0',
    why: 'a stranger can have the channel of the open call closed',
  },
  {
    name: 'strangers-worth-as-much',
    file: 'transport/reliable-signaling.ts',
    find: "return standing === 'open' || standing === 'elsewhere' ? 1 : 0",
    replace: 'return 0',
    why: 'a stranger can have a message of the open call come twice',
  },
  {
    name: 'one-stranger-unbounded',
    file: 'transport/stranger-limit.ts',
    find: 'bucketOf(user).take(now) &&',
    replace: 'bucketOf(user) &&',
    why: 'one stranger has all that a client can answer',
  },
  {
    name: 'strangers-unbounded-together',
    file: 'transport/stranger-limit.ts',
    find: '(isOther || all.take(now))',
    replace: '(isOther || all.take(now) || true)',
    why: 'several strangers leave a client no words for its own call',
  },
]
