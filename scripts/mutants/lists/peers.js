/**
 * Peer connections that break and are replaced.
 *
 * @type {import('../mutants.js').Mutant[]}
 */
export const peerMutants = [
  {
    name: 'broken-link-ignored',
    file: 'call/recovery.ts',
    find: "(error === undefined || error.code === 'negotiation-failed' ? [] : [error])",
    replace: '[]',
    why: 'a call without a peer connection goes on',
  },
  {
    name: 'failed-state-ignored',
    file: 'call/recovery.ts',
    find: "event.state === 'failed',",
    replace: 'false,',
    why: 'a failed connection is not an end',
  },
  {
    name: 'early-connection-forgotten',
    file: 'call/recovery.ts',
    find: 'merge(state$, answered$.pipe(withLatestFrom(state$, (_, state) => state)))',
    replace:
      'merge(state$, answered$.pipe(filter(() => false), withLatestFrom(state$, (_, state) => state)))',
    why: 'a call whose answer overtakes its accept times out although media flows',
  },
  {
    name: 'signals-of-any-epoch',
    file: 'call/peer-scope.ts',
    find: 'const own$ = message$.pipe(filter((each) => isOfEpoch(each)))',
    replace: 'const own$ = message$',
    why: 'signals of a connection that is gone reach the new one',
  },
  {
    name: 'epoch-unsaid',
    file: 'call/stage.ts',
    find: "return { type: 'send', message: { ...output.message, epoch } }",
    replace: 'return output',
    why: 'the other side takes a new connection for the old one',
  },
  {
    name: 'new-offer-ignored',
    file: 'call/peers.ts',
    find: '(offer.epoch > newest.epoch ? offer : newest)',
    replace: 'newest',
    why: 'the side that answers stays with a connection that is gone',
  },
  {
    name: 'epoch-stays',
    file: 'call/recovery.ts',
    find: 'epoch: need.epoch + 1',
    replace: 'epoch: need.epoch',
    why: 'a new connection cannot be told from the old one',
  },
  {
    name: 'unanswered-offer-ignored',
    file: 'call/recovery.ts',
    find: "...(role === 'offerer' ? [asked$, stuck$] : [])",
    replace: "...(role === 'offerer' ? [asked$] : [])",
    why: 'an offer without answer is waited for in vain',
  },
  {
    name: 'request-for-a-peer-ignored',
    file: 'call/recovery.ts',
    find: "...(role === 'offerer' ? [asked$, stuck$] : [])",
    replace: "...(role === 'offerer' ? [stuck$] : [])",
    why: 'the side that answers asks in vain',
  },
  {
    name: 'broken-peer-ignored',
    file: 'call/recovery.ts',
    find: "(error?.code === 'negotiation-failed' ? [{ epoch, error }] : [])",
    replace: '[]',
    why: 'a connection that cannot agree is not replaced',
  },
  {
    name: 'replaces-for-ever',
    file: 'call/recovery.ts',
    find: 'if (tries > MAX_REPLACEMENTS)',
    replace: 'if (tries < 0)',
    why: 'one connection after the other is tried in vain',
  },
  {
    name: 'tries-never-forgotten',
    file: 'call/recovery.ts',
    find: 'tries: need ? past.tries + 1 : 0',
    replace: 'tries: past.tries + 1',
    why: 'a long call gives up at the first connection that cannot agree',
  },
  {
    name: 'asks-nobody',
    file: 'call/recovery.ts',
    find: ": [send('renegotiate', { replace: true }, { epoch: need.epoch })]",
    replace: ': []',
    why: 'the side that answers does not ask for a new connection',
  },
  {
    name: 'gives-up-without-end',
    file: 'call/teardown.ts',
    find: 'merge(gaveUp$, shut$)',
    replace: 'merge(shut$)',
    why: 'a connection that is lost for good does not end the call',
  },
  {
    name: 'no-time-to-come-back',
    file: 'call/teardown.ts',
    find: 'timer(reconnectMs, env.scheduler)',
    replace: 'EMPTY',
    why: 'an interrupted call stays so',
  },
  {
    name: 'no-grace-for-a-closed-peer',
    file: 'call/teardown.ts',
    find: 'switchMap(() => timer(settings.closeGraceMs, env.scheduler).pipe(takeUntil(opened$))),',
    replace: '',
    why: 'a connection that is replaced ends the call',
  },
  {
    name: 'grace-runs-on',
    file: 'call/teardown.ts',
    find: 'timer(settings.closeGraceMs, env.scheduler).pipe(takeUntil(opened$))',
    replace: 'timer(settings.closeGraceMs, env.scheduler)',
    why: 'a call ends although a new connection took the place of the old one',
  },
]
