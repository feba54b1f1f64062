import { runScene, type Scene } from 'rxcall/testing'
import { layOutArrows, roomFor, type Arrow } from '../../src/ui/lab/model/arrows.ts'
import {
  BAND,
  layOut,
  LINE,
  widthOfLabel,
  type Handle,
  type RowPlace,
} from '../../src/ui/lab/model/layout.ts'
import { momentsOf } from '../../src/ui/lab/model/moments.ts'
import { rowsOf } from '../../src/ui/lab/model/rows.ts'
import { timeScale, type TimeScale } from '../../src/ui/lab/model/time-scale.ts'
import { timeInWords } from '../../src/ui/lab/text/time.ts'

/** The room for the names, in pixels. */
const NAMES = 70
const LEAST_WIDTH = 760

/** Colours for both schemes: the picture stands in pages that it knows nothing about. */
const style = `
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #171a2b }
.small { font-size: 11px; fill: #565c75 }
.page, .label { fill: #ffffff }
.label, .handle { stroke: #7d839b }
.handle { fill: #ffffff; stroke: #4453c9 }
.quiet { fill: #eceef6 }
.idle { fill: #eceef6 } .calling, .ringing { fill: #f6e3bd } .connecting { fill: #d5daf8 }
.connected { fill: #bfe5d0 } .reconnecting { fill: #f8cfd0 } .ended, .gone { fill: #dfe2ec }
.arrow { stroke: #565c75; stroke-width: 1.5; fill: none }
.lost { stroke: #c5303a; stroke-dasharray: 5 4 } .cross { stroke: #c5303a; stroke-width: 2.4 }
.fault { fill: #c5303a; fill-opacity: 0.14 } .handle.fault { fill: #ffffff; fill-opacity: 1; stroke: #c5303a }
@media (prefers-color-scheme: dark) {
text { fill: #eceef7 } .small { fill: #a6acc2 }
.page, .label, .handle, .handle.fault { fill: #181b25 } .handle { stroke: #99a5ff }
.quiet, .idle { fill: #232735 } .calling, .ringing { fill: #5a451c } .connecting { fill: #333c7d }
.connected { fill: #1c5539 } .reconnecting { fill: #6d2c33 } .ended, .gone { fill: #2c3142 }
.arrow { stroke: #a6acc2 } .lost, .cross { stroke: #ff7b83 }
}`

/** Draws a scene's run as the lab does, without acknowledgements. Returns an SVG file. The same scene gives the same file. */
export function sceneSvg(scene: Scene): string {
  const run = runScene(scene)
  const messages = run.messages.filter(({ type }) => type !== 'ack')
  const room = roomFor(messages)
  const moments = momentsOf(scene, run).map((at) => ({ at, room: room.get(at) ?? 0 }))
  const scale = timeScale(moments, run.duration, LEAST_WIDTH)
  const { rows, handles, height } = layOut(scene, rowsOf(scene, run), scale)
  const arrows = layOutArrows(scene, messages, rows, scale)
  const width = NAMES + Math.ceil(scale.width)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(scene.title)}</title>`,
    `<style>${style}</style>`,
    `<rect class="page" width="${width}" height="${height}" rx="12"/>`,
    ...rows.map(({ row, band }) => text(12, band + 15, row.name)),
    `<g transform="translate(${NAMES})">`,
    ...scale.quiet.map(({ from, to }) => drawQuiet(scale, from, to, height)),
    ...rows.map((place) => drawBands(place, scale)),
    ...arrows.map(drawArrow),
    ...arrows.map(({ label, message }) => drawLabel(label, message.type)),
    ...handles.map(drawHandle),
    ...arrows.filter(({ isLost }) => isLost).map(drawCross),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

const escape = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const round = (pixels: number): number => Math.round(pixels * 10) / 10

function text(x: number, y: number, words: string, more = ''): string {
  return `<text x="${round(x)}" y="${round(y)}"${more}>${escape(words)}</text>`
}

function rect(kind: string, x: number, y: number, width: number, height: number, radius = 4): string {
  return `<rect class="${kind}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${height}" rx="${radius}"/>`
}

function drawQuiet(scale: TimeScale, from: number, to: number, height: number): string {
  const [x, width] = [scale.x(from) + 4, scale.x(to) - scale.x(from) - 8]
  const words = text(x + width / 2, 16, timeInWords(to - from), ' class="small" text-anchor="middle"')
  return rect('quiet', x, 0, width, height, 0) + words
}

function drawBands({ row, band }: RowPlace, scale: TimeScale): string {
  return row.bands
    .map(({ from, to, phase }) => {
      const width = scale.x(to) - scale.x(from)
      const fits = phase !== 'idle' && width > phase.length * 7 + 10
      return (
        rect(phase, scale.x(from), band, width, BAND) +
        (fits ? text(scale.x(from) + 6, band + 15, phase === 'gone' ? 'closed' : phase) : '')
      )
    })
    .join('')
}

function drawArrow({ tail, heads, isLost }: Arrow): string {
  return heads
    .map(({ x, y }) => {
      const angle = Math.atan2(y - tail.y, x - tail.x)
      const corner = (turn: number) =>
        `${round(x - 8 * Math.cos(angle + turn))} ${round(y - 8 * Math.sin(angle + turn))}`
      const line = `<path class="arrow${isLost ? ' lost' : ''}" d="M${round(tail.x)} ${round(tail.y)} L${round(x)} ${round(y)}"/>`
      const end = isLost
        ? ''
        : `<path class="arrow" d="M${corner(0.42)} L${round(x)} ${round(y)} L${corner(-0.42)}"/>`
      return line + end
    })
    .join('')
}

/** Drawn last, so that no label hides that a message is lost. */
function drawCross({ heads }: Arrow): string {
  return heads
    .map(({ x, y }) => `<path class="cross" d="M${round(x - 5)} ${round(y - 5)} l10 10 m0 -10 l-10 10"/>`)
    .join('')
}

function drawLabel({ x, y }: Arrow['label'], words: string): string {
  const width = widthOfLabel(words)
  return rect('label', x - width / 2, y - 11, width, 22, 11) + text(x, y + 4, words, ' text-anchor="middle"')
}

function drawHandle({ x, y, label, entry, span, reach }: Handle): string {
  const kind = 'fault' in entry ? 'fault' : ''
  const area = kind === '' ? '' : rect('fault', x, y, Math.max(2, span), reach, 0)
  return (
    area +
    rect(`handle ${kind}`.trim(), x, y + 3, widthOfLabel(label) - 6, LINE - 6) +
    text(x + 8, y + 19, label)
  )
}
