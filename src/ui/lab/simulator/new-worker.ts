/** Starts the worker of the simulator. The caller terminates it. Vite finds the file by this very expression. */
export function newWorker(): Worker {
  return new Worker(new URL('../simulator-worker.ts', import.meta.url), { type: 'module' })
}
