import type { Lane } from './timeline.ts'

/** The colours of the drawing. */
export interface Palette {
  readonly isDark: boolean
  readonly text: string
  readonly ground: string
  readonly quiet: string
  readonly line: string
  /** Every other lane's ground. */
  readonly stripe: string
  readonly accent: string
  readonly error: string
  readonly lanes: Readonly<Record<Lane, string>>
  readonly phase: (label: string) => string
}

const light: Record<Lane, string> = {
  actions: '#3643ad',
  'relay out': '#0a6b78',
  'relay in': '#17774b',
  'peer out': '#8a4a00',
  'peer in': '#6b5900',
  media: '#9a2c86',
  timers: '#5a6078',
  facts: '#5b3ec2',
  phase: '#3643ad',
}
const dark: Record<Lane, string> = {
  actions: '#aab4ff',
  'relay out': '#66d2e0',
  'relay in': '#6fd6a4',
  'peer out': '#f0b065',
  'peer in': '#dccb5e',
  media: '#f09be0',
  timers: '#a6acc2',
  facts: '#c3b0ff',
  phase: '#aab4ff',
}

/** The ground of a phase, by the beginning of its label. The words on it say which one it is. */
const phases: readonly (readonly [string, light: string, dark: string])[] = [
  ['connected', '#bfe6cf', '#1f5b3d'],
  ['connecting', '#cdd4fb', '#333f8a'],
  ['reconnecting', '#ffd9ad', '#6e4512'],
  ['calling', '#fdeab5', '#5d4c12'],
  ['ringing', '#fdeab5', '#5d4c12'],
  ['ended', '#dcdfe9', '#3a4055'],
]

/** Reads the colours that apply to an element: light, dark or forced. */
export function paletteOf(probe: HTMLElement): Palette {
  const colorOf = (keyword: string): string => {
    probe.style.color = keyword
    return getComputedStyle(probe).color
  }
  const [text, ground] = [colorOf('CanvasText'), colorOf('Canvas')]
  const isDark = brightness(ground) < 128
  if (matchMedia('(forced-colors: active)').matches) {
    const lanes = Object.fromEntries(Object.keys(light).map((lane) => [lane, text])) as Record<Lane, string>
    const accent = colorOf('Highlight')
    return {
      ...{ isDark, text, ground, lanes, accent },
      ...{ quiet: text, line: colorOf('GrayText'), stripe: ground, error: text },
      phase: () => ground,
    }
  }
  return {
    ...{ isDark, text, ground },
    quiet: isDark ? '#a6acc2' : '#565c75',
    line: isDark ? '#3a4055' : '#d5d8e4',
    stripe: isDark ? 'rgb(255 255 255 / 4%)' : 'rgb(20 24 50 / 4%)',
    accent: isDark ? '#aab4ff' : '#3643ad',
    error: isDark ? '#ff8f96' : '#b3202b',
    lanes: isDark ? dark : light,
    phase: (label) => {
      const [, onLight, onDark] = phases.find(([start]) => label.startsWith(start)) ?? []
      return (isDark ? onDark : onLight) ?? 'transparent'
    },
  }
}

/** From 0 to 255, of a computed colour such as `rgb(18, 18, 18)`. */
function brightness(color: string): number {
  const [red = 255, green = 255, blue = 255] = (color.match(/[\d.]+/g) ?? []).map(Number)
  return 0.299 * red + 0.587 * green + 0.114 * blue
}
