import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll } from 'vitest'
import { ensureNginx } from '../../../scripts/lib/ensure-server.js'
import { selfSigned } from '../../../server/http/self-signed.ts'
import { freePort } from '../../nodes/support/free-port.ts'
import { folderOfTest, runProxy } from './proxy.ts'

let program = ''
beforeAll(async () => {
  program = (await ensureNginx()) ?? ''
  if (program === '') throw new Error('there is no nginx')
})

/** Starts nginx with a block of a `server` that is meant for a relay on port 3000; the relay is on `relayPort`. Resolves with its port. */
export async function startNginx(block: string, relayPort: number, tls: boolean): Promise<number> {
  const [folder, port] = [folderOfTest(), await freePort()]
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
    mkdirSync(join(folder, name))
    return `${name}_temp_path ${join(folder, name)};`
  })
  const certificate = [join(folder, 'cert.pem'), join(folder, 'key.pem')] as const
  if (tls) {
    const { cert, key } = await selfSigned('call.example.org')
    writeFileSync(certificate[0], cert)
    writeFileSync(certificate[1], key)
  }
  const config = `
    daemon off;
    master_process off;
    pid ${join(folder, 'pid')};
    events {}
    http {
      access_log off;
      ${temporary.join(' ')}
      server {
        listen 127.0.0.1:${port}${tls ? ' ssl' : ''};
        ${tls ? `ssl_certificate ${certificate[0]}; ssl_certificate_key ${certificate[1]};` : ''}
        ${block.replaceAll(':3000', `:${relayPort}`)}
      }
    }`
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, config)
  await runProxy(program, ['-e', 'stderr', '-p', folder, '-c', file], port, tls)
  return port
}
