import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../scripts/lib/run.js'

/** The documents of the repository, as paths in it. */
export const markdownFiles: readonly string[] = ['', 'bench', 'docs', 'examples', 'server'].flatMap(
  (folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.md'))
      .map((file) => join(folder, file)),
)
