import { withoutNames, type CallLog } from 'rxcall/inspect'
import { toTest } from 'rxcall/testing'
import { download, fileName } from '../download.ts'
import { entriesOf } from './entries-of.ts'

/** Saves a vitest file that replays the call, without the names of its users. */
export function saveAsTest(log: CallLog): void {
  const test = toTest(withoutNames(entriesOf(log)))
  download(new File([test], fileName('test.ts'), { type: 'text/typescript' }))
}
