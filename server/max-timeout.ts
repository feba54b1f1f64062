/** The longest delay of `setTimeout`, in milliseconds. Node.js fires a timer with a longer delay at once. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1
