import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll } from 'vitest'
import { ensureCaddy } from '../../../scripts/lib/ensure-server.js'
import { freePort } from '../../nodes/support/free-port.ts'
import { folderOfTest, runProxy } from './proxy.ts'

let program = ''
beforeAll(async () => {
  program = (await ensureCaddy()) ?? ''
  if (program === '') throw new Error('there is no Caddy')
})

/**
 * Starts Caddy with a block that is meant for a relay on port 3000; the relay is on `relayPort`. It makes its certificates by itself
 * instead of asking for them. Resolves with the port of its HTTPS.
 */
export async function startCaddy(block: string, relayPort: number): Promise<number> {
  const [folder, http, https] = [folderOfTest(), await freePort(), await freePort()]
  const config = `{
  admin off
  local_certs
  skip_install_trust
  default_bind 127.0.0.1
  http_port ${http}
  https_port ${https}
}
${block.replaceAll(':3000', `:${relayPort}`)}`
  const file = join(folder, 'Caddyfile')
  writeFileSync(file, config)
  const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  await runProxy(program, ['run', '--adapter', 'caddyfile', '--config', file], https, true, env)
  return https
}
