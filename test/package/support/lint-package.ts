import { root } from '../../../scripts/lib/run.js'
import { bin, expectSuccess, run } from './programs.ts'

/** What publint prints about a package. */
export const lintPackage = (tarball: string) =>
  expectSuccess(run(bin(root, 'publint'), ['run', tarball, '--strict'], root))
