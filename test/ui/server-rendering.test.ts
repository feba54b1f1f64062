import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { render } from 'svelte/server'
import { expect, it, onTestFinished } from 'vitest'
import CallingPage from './support/CallingPage.svelte'

/** A server that counts its connections and closes each at once. */
async function countingServer() {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.on('error', () => undefined).destroy()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  /** Counts the connections that were opened before this call. The server accepts them in order, and this call's own is the last. */
  const count = async () => {
    const last = connect(port, '127.0.0.1').resume()
    await once(last, 'close')
    return connections - 1
  }
  return { url: `http://127.0.0.1:${port}`, count }
}

it('a component that creates a client during server rendering opens no socket, and the error gives the reason', async () => {
  const { url, count } = await countingServer()
  for (let request = 0; request < 100; request += 1) {
    expect(() => render(CallingPage, { props: { url } }).body).toThrow(
      /no page here.*for each request.*outsideBrowser: true/s,
    )
  }
  expect(await count()).toBe(0)
})
