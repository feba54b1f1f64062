import { describe, expect, it } from 'vitest'
import { blockedDevices, type BlockedDevices } from '../../src/ui/streams/blocked-devices.ts'

class FakeStatus extends EventTarget {
  state = 'prompt'
  change(state: string) {
    this.state = state
    this.dispatchEvent(new Event('change'))
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

function watch(query: (name: string) => Promise<FakeStatus>) {
  const seen: BlockedDevices[] = []
  const permissions = { query: ({ name }: { name: string }) => query(name) }
  const subscription = blockedDevices({ permissions }).subscribe((blocked) => seen.push(blocked))
  return { seen, subscription }
}

const none = { camera: false, microphone: false }

describe('the blocked devices', () => {
  it('follow what the user allows and blocks', async () => {
    const statuses = { camera: new FakeStatus(), microphone: new FakeStatus() }
    const { seen, subscription } = watch((name) => Promise.resolve(statuses[name as 'camera']))
    await settled()
    statuses.camera.change('denied')
    statuses.microphone.change('denied')
    statuses.camera.change('granted')
    subscription.unsubscribe()
    statuses.camera.change('denied')
    expect(seen).toEqual([
      none,
      { camera: true, microphone: false },
      { camera: true, microphone: true },
      { camera: false, microphone: true },
    ])
  })

  it('are empty when the browser does not report permissions', async () => {
    const { seen } = watch(() => Promise.reject(new TypeError('no permission of that name')))
    await settled()
    expect(seen).toEqual([none])
    const without: BlockedDevices[] = []
    blockedDevices({}).subscribe((blocked) => without.push(blocked))
    expect(without).toEqual([none])
  })
})
