import { median, quartiles, table } from '../lib/statistics.js'

/** @typedef {import('../page/side.js').Variant} Variant */
/** @typedef {import('./rows.js').Call} Call */
/** @typedef {Readonly<Record<Variant, readonly Call[]>>} Calls */

/**
 * Formats a line for each row. It has, for each variant, the median, the quartiles, and the ratio of the median to that
 * of the control.
 *
 * @type {(calls: Calls, rows: typeof import('./rows.js').rows) => string}
 */
export function report(calls, rows) {
  const variants = /** @type {Variant[]} */ (Object.keys(calls))
  return table([
    ['', ...variants.flatMap((variant) => [variant, '25–75 %', variant === 'control' ? [] : '×'].flat())],
    ...Object.entries(rows).map(([row, time]) => [
      row,
      ...variants.flatMap((variant) => {
        const times = calls[variant].map(time)
        const [low, high] = quartiles(times)
        const cells = [median(times).toFixed(1), `${low.toFixed(0)}–${high.toFixed(0)}`]
        return variant === 'control' ? cells : [...cells, ratioOf(calls, variant, time).toFixed(2)]
      }),
    ]),
  ])
}

/** @type {(calls: Calls, variant: Variant, time: (call: Call) => number) => number} */
export const ratioOf = (calls, variant, time) =>
  median(calls[variant].map(time)) / median(calls.control.map(time))
