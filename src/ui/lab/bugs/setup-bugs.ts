import { caller, strayMessages } from 'rxcall/stages'
import type { LabBug } from './bug.ts'
import { decidingBy, decidingWith, whileCalling } from './deciding.ts'
import { withoutSending } from './outputs.ts'

/** Who is in which call: glare, several devices, second invites and messages of old calls. */
export const setupBugs: readonly LabBug[] = [
  {
    id: 'yields-never',
    title: 'Neither side gives way when both call at once',
    why: 'each side dismisses the invite of the other, and both ring in vain',
    breaks: 'follows-protocol',
    stages: {
      incomingInvites: decidingBy(whileCalling((call) => ({ ...call, callId: '', progress: 'inviting' }))),
    },
  },
  {
    id: 'lets-other-devices-ring-on',
    title: 'The caller forgets to stop the other devices',
    why: 'the other devices of the callee ring after one has answered',
    breaks: 'follows-protocol',
    stages: { caller: (sources, env) => caller(sources, env).pipe(withoutSending('cancel')) },
  },
  {
    id: 'replaces-a-live-call',
    title: 'A second invite replaces a call that is alive',
    why: 'anybody who takes the name of the other side can end the call',
    breaks: 'second-invites-wait',
    stages: { incomingInvites: decidingWith({ silenceMs: 0 }) },
  },
  {
    id: 'leaves-strays-unanswered',
    title: 'Messages of a call that is over get no answer',
    why: 'a device goes on with a call that has been over for long',
    breaks: 'follows-protocol',
    stages: { strayMessages: (sources) => strayMessages(sources).pipe(withoutSending('gone')) },
  },
]
