import { traceIn, withoutNames, type CallLog } from 'rxcall/inspect'
import { toTest } from 'rxcall/testing'
import { download, fileName } from '../download.ts'

/** Saves a vitest file that replays the call, without the names of its users. */
export function saveAsTest(log: CallLog): void {
  const test = toTest(withoutNames(traceIn(log)))
  download(new File([test], fileName('test.ts'), { type: 'text/typescript' }))
}
