import { concatMap, filter, Subscription } from 'rxjs'
import { chat, localMedia } from 'rxcall/stages'
import type { LabBug } from './bug.ts'
import { releasingBy } from './releasing.ts'

/** Devices, mute and chat. */
export const mediaBugs: readonly LabBug[] = [
  {
    id: 'never-unmutes',
    title: 'Unmuting is forgotten',
    why: 'a user who was muted once cannot be heard any more',
    breaks: 'mute-is-kept',
    stages: {
      localMedia: (sources, port) => {
        const action$ = sources.action$.pipe(filter((action) => action.type !== 'mute' || action.muted))
        return localMedia({ ...sources, action$ }, port)
      },
    },
  },
  {
    id: 'leaves-the-camera-on',
    title: 'The camera stays open after the call',
    why: 'the camera light stays on after the call',
    breaks: 'releases-everything',
    stages: {
      localMedia: (sources, port) => localMedia(sources, releasingBy(port, new Subscription())),
    },
  },
  {
    id: 'shows-texts-twice',
    title: 'Chat messages are doubled',
    why: 'each text of the other side appears twice',
    breaks: 'texts-in-order',
    stages: {
      chat: (sources, env) =>
        chat(sources, env).pipe(
          concatMap((output) =>
            output.type === 'text' && output.message.from === 'remote' ? [output, output] : [output],
          ),
        ),
    },
  },
]
