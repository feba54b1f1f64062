/** Streams that a page can play, in place of those of a recording, which holds no pictures. */
export interface StandInStreams {
  /** The same stream for the same one of the recording. */
  readonly show: (stream: MediaStream | null) => MediaStream | null
  readonly release: () => void
}

const [WIDTH, HEIGHT] = [640, 480]
/** A canvas gives a frame only when it is drawn, and a video may begin to play later than that. In milliseconds. */
const REDRAW_MS = 500

/** Creates the stand-in streams of one replay. Each video shows a plain gradient, in a different colour. */
export function standInStreams(): StandInStreams {
  const known = new Map<string, MediaStream>()
  const timers: ReturnType<typeof setInterval>[] = []
  return {
    show(stream) {
      if (!stream) return null
      const key = [stream.id, ...stream.getTracks().map(({ id }) => id)].join(' ')
      const found = known.get(key) ?? standIn(stream.getVideoTracks().length > 0, known.size, timers)
      known.set(key, found)
      return found
    },
    release() {
      for (const timer of timers.splice(0)) clearInterval(timer)
      for (const stream of known.values()) for (const track of stream.getTracks()) track.stop()
      known.clear()
    },
  }
}

function standIn(hasPicture: boolean, count: number, timers: ReturnType<typeof setInterval>[]): MediaStream {
  if (!hasPicture) return new MediaStream()
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const context = canvas.getContext('2d')
  const stream = canvas.captureStream()
  const hue = (230 + count * 75) % 360
  const light = context?.createRadialGradient(WIDTH / 2, HEIGHT * 0.4, 20, WIDTH / 2, HEIGHT / 2, WIDTH * 0.7)
  light?.addColorStop(0, `hsl(${hue} 45% 48%)`)
  light?.addColorStop(1, `hsl(${hue} 50% 18%)`)
  if (context && light) {
    context.fillStyle = light
    const draw = () => context.fillRect(0, 0, WIDTH, HEIGHT)
    draw()
    timers.push(setInterval(draw, REDRAW_MS))
  }
  return stream
}
