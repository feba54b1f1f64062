import { map } from 'rxjs'
import { caller } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'

/** What goes beyond plain version 1, and needs the consent of both sides. */
export const featureBugs: readonly Bug[] = [
  {
    name: 'takes-its-own-features-for-shared',
    why: 'a client of another version gets messages that it does not understand',
    breaks: 'uses-shared-features',
    stages: {
      caller: (sources, env) =>
        caller(sources, env).pipe(
          map((output) =>
            output.type === 'remote-ringing' && sources.features?.length
              ? { ...output, features: sources.features }
              : output,
          ),
        ),
    },
  },
]
