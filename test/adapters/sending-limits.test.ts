import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import wrtc from '@roamhq/wrtc'
import { Subject } from 'rxjs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { quickFirstFrame } from '../../src/adapters/peer-connection/quick-first-frame.ts'
import { sendingLimits } from '../../src/adapters/peer-connection/sending-limits.ts'
import { videoParameters } from '../../src/adapters/peer-connection/video-parameters.ts'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import type { PeerCommand, PeerEvent, SendingLimits } from '../../src/core/ports/index.ts'
import { localTrack } from './support/media.ts'
import { openTestPeer, wire, type NewPort } from './support/test-peer.ts'

type SenderParameters = Pick<RTCRtpSendParameters, 'encodings' | 'degradationPreference'>

/** A sender that keeps its parameters, like that of a browser. */
function fakeSender({ encodings = [{ active: true }] as RTCRtpEncodingParameters[] } = {}) {
  let present: SenderParameters = { encodings }
  const set: SenderParameters[] = []
  const behaviour: {
    refuses?: Error
    ignoresDegradation?: boolean
    prefers?: RTCDegradationPreference
    gate?: Promise<void>
  } = {}
  return {
    set,
    behaviour,
    present: () => present,
    negotiated: (next: RTCRtpEncodingParameters[]) => (present = { encodings: next }),
    getParameters: () => ({
      ...(behaviour.prefers && { degradationPreference: behaviour.prefers }),
      ...structuredClone(present),
    }),
    setParameters: async (next: SenderParameters) => {
      set.push(structuredClone(next))
      await behaviour.gate
      if (behaviour.refuses) throw behaviour.refuses
      present = structuredClone(next)
      if (behaviour.ignoresDegradation) delete present.degradationPreference
    },
  }
}

type FakeSender = ReturnType<typeof fakeSender>

function setUp(...senders: readonly FakeSender[]) {
  const transceivers: object[] = []
  const add = (sender: FakeSender, kind = 'video', direction = 'sendrecv') =>
    transceivers.push({ sender, receiver: { track: { kind } }, direction })
  for (const sender of senders) add(sender)
  const connection = Object.assign(new EventTarget(), {
    signalingState: 'stable',
    connectionState: 'connected',
    getTransceivers: () => transceivers,
    getStats: async () => [{ availableOutgoingBitrate: 200_000 }],
  })
  const command$ = new Subject<PeerCommand>()
  const parameters = videoParameters()
  const events: PeerEvent[] = []
  const subscription = sendingLimits(connection as never, command$, parameters).subscribe((event) =>
    events.push(event),
  )
  onTestFinished(() => subscription.unsubscribe())
  return {
    add,
    command$,
    connection,
    events,
    parameters,
    limit: async (limits: SendingLimits) => {
      command$.next({ type: 'limit', limits })
      await eventLoopTurn()
    },
    negotiate: async () => {
      for (const state of ['have-local-offer', 'stable']) {
        connection.signalingState = state
        connection.dispatchEvent(new Event('signalingstatechange'))
      }
      await eventLoopTurn()
    },
  }
}

const everyLimit: SendingLimits = {
  maxBitrate: 100_000,
  maxFramerate: 12.5,
  scaleDown: 2,
  degradation: 'maintain-resolution',
}
const limited: SenderParameters = {
  encodings: [{ active: true, maxBitrate: 100_000, maxFramerate: 12.5, scaleResolutionDownBy: 2 }],
  degradationPreference: 'maintain-resolution',
}
const refusal = (message: RegExp) => [
  { type: 'error', error: { code: 'not-supported', message: expect.stringMatching(message) as unknown } },
]

describe('sendingLimits', () => {
  it('sets every limit, replaces them, and removes them when they are lifted', async () => {
    const sender = fakeSender()
    const { limit, events } = setUp(sender)
    await limit(everyLimit)
    expect(sender.present()).toEqual(limited)
    await limit({ maxBitrate: 50_000.7 })
    expect(sender.present()).toEqual({
      encodings: [{ active: true, maxBitrate: 50_000, scaleResolutionDownBy: 1 }],
    })
    await limit({})
    expect(sender.present()).toEqual({ encodings: [{ active: true, scaleResolutionDownBy: 1 }] })
    expect(sender.set).toHaveLength(3)
    expect(events).toEqual([])
  })

  it('limits video only, and no stopped sender', async () => {
    const [audio, stopped] = [fakeSender(), fakeSender()]
    const { add, limit } = setUp()
    add(audio, 'audio')
    add(stopped, 'video', 'stopped')
    await limit(everyLimit)
    expect([...audio.set, ...stopped.set]).toEqual([])
  })

  it('shares the bitrate among several encodings', async () => {
    const sender = fakeSender({ encodings: [{ rid: 'a' }, { rid: 'b' }, { rid: 'c' }] })
    const { limit } = setUp(sender)
    await limit({ maxBitrate: 100_000 })
    expect(sender.present().encodings.map(({ maxBitrate }) => maxBitrate)).toEqual([33_333, 33_333, 33_333])
  })

  it('sets nothing when nothing changes', async () => {
    const sender = fakeSender()
    const { limit, negotiate } = setUp(sender)
    await limit({})
    await negotiate()
    expect(sender.set).toEqual([])
    await limit(everyLimit)
    await limit(everyLimit)
    await negotiate()
    expect(sender.set).toHaveLength(1)
  })

  it('waits for a sender, and for its encodings', async () => {
    const { add, limit, negotiate } = setUp()
    await limit(everyLimit)
    const sender = fakeSender({ encodings: [] })
    add(sender)
    await negotiate()
    expect(sender.set).toEqual([])
    sender.negotiated([{ active: true }])
    await negotiate()
    expect(sender.present()).toEqual(limited)
  })

  it('limits again when a negotiation resets the parameters', async () => {
    const sender = fakeSender()
    const { limit, negotiate } = setUp(sender)
    await limit(everyLimit)
    sender.negotiated([{ active: true }])
    await negotiate()
    expect(sender.present()).toEqual(limited)
  })

  it('sets one at a time, from the parameters that the one before left', async () => {
    const sender = fakeSender()
    let open = (): void => undefined
    sender.behaviour.gate = new Promise((resolve) => (open = resolve))
    const { limit } = setUp(sender)
    await limit({ maxFramerate: 5 })
    await limit(everyLimit)
    expect(sender.set).toHaveLength(1)
    open()
    await eventLoopTurn()
    expect(sender.set).toHaveLength(2)
    expect(sender.present()).toEqual(limited)
  })

  it('reports what the platform refuses, and keeps the earlier limits', async () => {
    const sender = fakeSender()
    const { limit, negotiate, events } = setUp(sender)
    await limit(everyLimit)
    sender.behaviour.refuses = new Error('not that much')
    await limit({ maxBitrate: 7 })
    expect(events).toMatchObject(
      refusal(/"maxBitrate":7.*not that much; nothing has changed: use other limits/),
    )
    delete sender.behaviour.refuses
    sender.negotiated([{ active: true }])
    await negotiate()
    expect(sender.present()).toEqual(limited)
    expect(events).toHaveLength(1)
  })

  it('reports only once that limits were refused which had waited for a sender', async () => {
    const { add, limit, negotiate, events } = setUp()
    await limit(everyLimit)
    const sender = fakeSender()
    sender.behaviour.refuses = new Error('never')
    add(sender)
    await negotiate()
    await negotiate()
    expect(events).toMatchObject(refusal(/never/))
  })

  it.each([
    [{ maxBitrate: 0 }, /maxBitrate is 0: expected a number of at least 1/],
    [{ maxBitrate: NaN }, /maxBitrate is NaN/],
    [{ maxFramerate: 0 }, /maxFramerate is 0: expected a number of at least 0.1/],
    [{ scaleDown: 0.5 }, /scaleDown is 0.5: expected a number of at least 1/],
  ])('refuses %o without asking the platform', async (limits, message) => {
    const sender = fakeSender()
    const { limit, events } = setUp(sender)
    await limit(limits)
    expect(events).toMatchObject(refusal(message))
    expect(sender.set).toEqual([])
  })

  it('reports an ignored limit once for the connection, and keeps the others', async () => {
    const sender = fakeSender()
    sender.behaviour.ignoresDegradation = true
    const { limit, negotiate, events } = setUp(sender)
    await limit(everyLimit)
    await negotiate()
    await limit({ ...everyLimit, maxBitrate: 90_000 })
    expect(events).toMatchObject(refusal(/ignores the limit degradation/))
    expect(sender.set).toHaveLength(2)
    expect(sender.present().encodings[0]).toMatchObject({ maxBitrate: 90_000, scaleResolutionDownBy: 2 })
  })

  it('does not mind what the platform prefers by itself', async () => {
    const sender = fakeSender()
    sender.behaviour.prefers = 'balanced'
    const { limit, negotiate, events } = setUp(sender)
    await limit({ maxBitrate: 90_000 })
    await negotiate()
    expect(events).toEqual([])
    expect(sender.set).toHaveLength(1)
  })

  it('stays subscribed when its commands error', async () => {
    const { command$, events } = setUp(fakeSender())
    command$.error(new Error('no more'))
    expect(events).toEqual([])
  })
})

describe('the small first picture and the limits', () => {
  const hd = {
    kind: 'video',
    getSettings: () => ({ width: 1280, height: 720 }),
  } as unknown as MediaStreamTrack

  function together() {
    const sender = Object.assign(fakeSender(), { track: hd })
    const all = setUp(sender)
    const { prepare } = quickFirstFrame(all.connection as never, all.parameters)
    const scale = () => sender.present().encodings[0]?.scaleResolutionDownBy
    const restore = () => all.parameters.scale(sender as never, 1).subscribe()
    return { ...all, sender, scale, restore, prepare: () => prepare(sender as never, hd).subscribe() }
  }

  it('leave the bigger factor in effect, whichever comes first', async () => {
    const { prepare, limit, scale, restore } = together()
    prepare()
    await limit({ scaleDown: 1.5, maxBitrate: 500_000 })
    expect(scale()).toBe(2)
    await limit({ scaleDown: 4 })
    expect(scale()).toBe(4)
    restore()
    await eventLoopTurn()
    expect(scale()).toBe(4)
    await limit({ scaleDown: 1.5 })
    expect(scale()).toBe(1.5)
  })

  it('keep the bitrate when the picture becomes full', async () => {
    const { prepare, limit, sender, restore } = together()
    await limit({ maxBitrate: 500_000 })
    prepare()
    restore()
    await eventLoopTurn()
    expect(sender.present().encodings).toEqual([
      { active: true, maxBitrate: 500_000, scaleResolutionDownBy: 1 },
    ])
  })

  it('do not undo each other when both are set in the same moment', async () => {
    const { prepare, limit, sender } = together()
    let open = (): void => undefined
    sender.behaviour.gate = new Promise((resolve) => (open = resolve))
    prepare()
    await limit({ maxBitrate: 500_000 })
    expect(sender.set).toHaveLength(1)
    open()
    await eventLoopTurn()
    expect(sender.present().encodings).toEqual([
      { active: true, maxBitrate: 500_000, scaleResolutionDownBy: 2 },
    ])
  })
})

const native: NewPort = (webRtc) => nativePeer({ wrtc: webRtc })
const simple: NewPort = (wrtc) => simplePeer({ wrtc })

describe.each([
  { newPort: native, name: 'a native peer' },
  { newPort: simple, name: 'a simple-peer' },
])('$name', ({ newPort }) => {
  function open(classes: Parameters<typeof openTestPeer>[2] = {}) {
    const stream = new wrtc.MediaStream([localTrack({ luma: 100 })])
    const offerer = openTestPeer(newPort, { role: 'offerer', stream }, classes)
    const answerer = openTestPeer(newPort, { role: 'answerer' })
    wire(offerer, answerer)
    wire(answerer, offerer)
    return { offerer, answerer }
  }

  it('carries out limit', async () => {
    const sender = fakeSender()
    /** The sender of libwebrtc in Node refuses all parameters, and cannot be changed. */
    class WithSender extends wrtc.RTCPeerConnection {
      override getTransceivers(): RTCRtpTransceiver[] {
        return super
          .getTransceivers()
          .map(({ receiver, direction, currentDirection }) => ({
            sender,
            receiver,
            direction,
            currentDirection,
          }))
          .filter(({ receiver }) => receiver.track.kind === 'video') as never
      }
    }
    const { offerer } = open({ RTCPeerConnection: WithSender })
    offerer.command$.next({ type: 'limit', limits: everyLimit })
    await offerer.saw('data-open')
    expect(sender.present()).toEqual(limited)
    expect(offerer.all('error')).toEqual([])
  })

  it('reports that libwebrtc in Node refuses it, and stays open', async () => {
    const { offerer, answerer } = open()
    await offerer.saw('data-open')
    offerer.command$.next({ type: 'limit', limits: { maxBitrate: 100_000 } })
    expect((await offerer.saw('error')).error).toMatchObject({ code: 'not-supported' })
    offerer.command$.next({ type: 'send', data: 'still here' })
    await answerer.saw('data')
  })
})
