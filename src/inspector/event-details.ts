import { button, make } from './dom.ts'
import { effectsOf, MAX_EFFECTS } from './draw-arrows.ts'
import { duration } from './labels.ts'
import { jsonOf } from './search.ts'
import type { Marble, Timeline } from './timeline.ts'

/** As much of an event as is shown, in characters. */
const MAX_TEXT = 20_000

/** The panel about the selected marble. */
export function eventDetails(select: (marble: Marble) => void) {
  const element = make('section', { class: 'details', 'aria-label': 'Selected event', part: 'details' })
  let shown: { marble: Marble | undefined; count: number } | undefined

  const link = ({ sides }: Timeline, marble: Marble) => {
    const side = sides.length > 1 ? `${sides[marble.side]?.name ?? ''}, ` : ''
    return button(`${marble.label} (${side}${marble.lane})`, () => select(marble))
  }
  const rowsOf = (timeline: Timeline, marble: Marble): readonly [string, readonly (Node | string)[]][] => {
    const cause = marble.cause === undefined ? undefined : timeline.marbles[marble.cause]
    const effects = effectsOf(timeline.marbles, marble)
    const more = effects.length === MAX_EFFECTS ? ['and perhaps more'] : []
    return [
      ['Side', [timeline.sides[marble.side]?.name ?? '']],
      ['Lane', [marble.lane]],
      ['Time', [duration(marble.at)]],
      ['Stage', [marble.stage ?? 'none']],
      ['Cause', [cause ? link(timeline, cause) : 'from outside']],
      [
        'Caused',
        effects.length === 0 ? ['nothing'] : [...effects.map((each) => link(timeline, each)), ...more],
      ],
    ]
  }

  return {
    element,
    update(timeline: Timeline, marble: Marble | undefined) {
      if (shown && shown.marble === marble && (!marble || shown.count === timeline.marbles.length)) return
      shown = { marble, count: timeline.marbles.length }
      if (!marble) {
        element.replaceChildren(
          make('p', { class: 'note' }, 'Select an event to see its cause and what it caused.'),
        )
        return
      }
      const title = make('h3', marble.isError ? { class: 'error' } : {}, marble.label)
      const list = make('dl')
      for (const [name, values] of rowsOf(timeline, marble))
        list.append(make('dt', {}, name), make('dd', {}, ...values))
      const text = jsonOf(marble.detail, 2)
      const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}\n…` : text
      const json = make('pre', { tabindex: '0', role: 'region', 'aria-label': 'Event as JSON' }, cut)
      element.replaceChildren(title, list, json)
    },
  }
}
