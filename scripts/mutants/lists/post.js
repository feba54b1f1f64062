/**
 * Which channels there are, for how long, and what becomes of messages without one.
 *
 * @type {import('../mutants.js').Mutant[]}
 */
export const postMutants = [
  {
    name: 'channel-ends-with-the-call',
    file: 'transport/call-channel.ts',
    find: 'waiting === 0 && (sent > 0 || wasOpen)',
    replace: 'true',
    why: 'a lost endMessage is not sent again',
  },
  {
    name: 'channels-of-the-dead',
    file: 'transport/reliable-signaling.ts',
    find: 'return !hasEnded(model.endedCalls, message.callId, message.from.user)',
    replace: 'return true',
    why: 'a late duplicate opens the channel of a call that is over',
  },
  {
    name: 'endMessage-told-gone',
    file: 'transport/reliable-signaling.ts',
    find: 'if (farewells.includes(message.type) && message.seq !== undefined)',
    replace: 'if (message.seq === undefined)',
    why: 'a endMessage that comes again is not acknowledged',
  },
  {
    name: 'endMessage-unacknowledged',
    file: 'transport/reliable-signaling.ts',
    find: "return [{ type: 'transmit', message: onWire({ type: 'ack', seq: message.seq }, ends) }]",
    replace: 'return []',
    why: 'a endMessage whose acknowledgement was lost is sent again in vain',
  },
  {
    name: 'late-contact-unanswered',
    file: 'transport/reliable-signaling.ts',
    find: "return [{ type: 'transmit', message: { ...head, type: 'gone', body: {} } }]",
    replace: 'return []',
    why: 'whoever goes on with a call that is over is not told',
  },
  {
    name: 'gone-keeps-the-channel',
    file: 'transport/call-channel.ts',
    find: "takeWhile((event) => event.type !== 'received' || event.message.type !== 'gone', true),",
    replace: '',
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
    find: 'switchMap(([online, ms]) => (online ? timer(ms, env.scheduler) : NEVER)),',
    replace: 'switchMap(() => NEVER),',
    why: 'a call that is over is never let go',
  },
  {
    name: 'resume-not-sent',
    file: 'transport/call-channel.ts',
    find: 'resumes: callIsOpen && index > 0',
    replace: 'resumes: false',
    why: 'the other side is not told where to go on',
  },
  {
    name: 'open-call-evicted',
    file: 'rx/merge-map-by-key.ts',
    find: 'const its = worth(key, value)',
    replace: 'const its = 0',
    why: 'a stranger can have the channel of the open call closed',
  },
  {
    name: 'strangers-worth-as-much',
    file: 'transport/reliable-signaling.ts',
    find: 'return isPartner ? Infinity : 1',
    replace: 'return isPartner ? Infinity : 0',
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
