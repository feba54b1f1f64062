import wrtc from '@roamhq/wrtc'

const { RTCVideoSource, RTCAudioSource, RTCVideoSink, RTCAudioSink } = wrtc.nonstandard

/** A moving bar and a tone, and a look at what comes from the other side. */
export function filmAndSound() {
  const [camera, microphone] = [new RTCVideoSource(), new RTCAudioSource()]
  const sinks: { stop(): void }[] = []
  const tracks = [microphone.createTrack(), camera.createTrack()]
  let n = 0
  const film = setInterval(() => {
    const data = new Uint8Array(320 * 240 * 1.5).fill(128)
    const left = (n++ * 8) % 288
    for (let y = 0; y < 240; y++) data.fill(235, y * 320 + left, y * 320 + left + 32)
    camera.onFrame({ width: 320, height: 240, data })
  }, 40)
  const sound = setInterval(() => {
    const samples = Int16Array.from({ length: 480 }, (_, i) => 8000 * Math.sin((2 * Math.PI * i) / 120))
    microphone.onData({
      samples,
      sampleRate: 48_000,
      bitsPerSample: 16,
      channelCount: 1,
      numberOfFrames: 480,
    })
  }, 10)

  return {
    tracks,
    /** Calls `seen` once, with the first bright frame or loud sound. */
    watch(track: MediaStreamTrack, seen: () => void) {
      let isDone = false
      const look = (isThere: boolean) => {
        if (!isThere || isDone) return
        isDone = true
        seen()
      }
      if (track.kind === 'video') {
        const sink = new RTCVideoSink(track)
        sink.onframe = ({ frame }: { frame: wrtc.nonstandard.RTCVideoFrame }) =>
          look(frame.data.subarray(0, frame.width * frame.height).some((point) => point > 180))
        sinks.push(sink)
      } else {
        const sink = new RTCAudioSink(track)
        sink.ondata = ({ samples }: wrtc.nonstandard.RTCAudioData) => look(Math.max(...samples) > 2000)
        sinks.push(sink)
      }
    },
    stop() {
      clearInterval(film)
      clearInterval(sound)
      sinks.forEach((sink) => sink.stop())
      tracks.forEach((track) => track.stop())
    },
  }
}
