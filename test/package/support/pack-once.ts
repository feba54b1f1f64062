import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { ensureBuilt } from '../../../scripts/lib/ensure-built.js'
import { root } from '../../../scripts/lib/run.js'
import { expectSuccess, run } from './programs.ts'

/** A package as it would be published. */
export interface Packed {
  readonly tarball: string
  /** The paths in it. */
  readonly files: readonly string[]
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly rxcall: Packed
    readonly 'rxcall-relay': Packed
  }
}

/** Packs both packages once for all files of a suite. Builds them first if the build is older than the sources. */
export async function setup({ provide }: TestProject) {
  if (!(await ensureBuilt())) throw new Error('the packages could not be built; run `npm run build`')
  const target = await mkdtemp(join(tmpdir(), 'rxcall-packed-'))
  provide('rxcall', await pack('.', target))
  provide('rxcall-relay', await pack('server', target))
  return () => rm(target, { recursive: true })
}

async function pack(folder: string, target: string): Promise<Packed> {
  const args = ['pack', '--json', '--pack-destination', target]
  const packed = await expectSuccess(run('npm', args, join(root, folder)))
  const [listing] = JSON.parse(packed) as { filename: string; files: { path: string }[] }[]
  return {
    tarball: join(target, listing?.filename ?? ''),
    files: listing?.files.map(({ path }) => path) ?? [],
  }
}
