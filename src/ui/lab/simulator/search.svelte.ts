import type { Scenario, Violation } from 'rxcall/testing'
import { newWorker } from './new-worker.ts'
import type { SearchReport } from './search.ts'
import type { SearchRequest } from './search-request.ts'

/** A search in a worker, as the page shows it. */
export class Search {
  calls = $state(0)
  wanted = $state(0)
  /** The cells that were met. */
  cells = $state.raw<readonly string[]>([])
  isRunning = $state(false)
  violation = $state.raw<Violation>()
  /** How many entries are left while the world is shrunk. */
  entries = $state<number>()
  /** The smallest world that breaks the invariant. */
  scenario = $state.raw<Scenario>()
  /** The id of the bug that it was made with. */
  bug = $state<string>()
  callsPerSecond = $state(0)
  #worker: Worker | undefined
  #startedAt = 0

  start(request: SearchRequest): void {
    this.stop()
    this.calls = 0
    this.wanted = request.calls
    this.bug = request.bug
    this.cells = []
    this.violation = this.entries = this.scenario = undefined
    this.isRunning = true
    this.#startedAt = performance.now()
    this.#worker = newWorker()
    this.#worker.addEventListener('message', ({ data }: MessageEvent<SearchReport>) => this.#read(data))
    this.#worker.postMessage(request)
  }

  stop(): void {
    this.#worker?.terminate()
    this.#worker = undefined
    this.isRunning = false
  }

  #read(report: SearchReport): void {
    switch (report.type) {
      case 'progress':
        this.calls = report.calls
        this.callsPerSecond = (report.calls / (performance.now() - this.#startedAt)) * 1_000
        if (report.cells.length > 0) this.cells = [...this.cells, ...report.cells]
        break
      case 'found':
        this.violation = report.violation
        break
      case 'shrinking':
        this.entries = report.entries
        break
      case 'shrunk':
        this.scenario = report.scenario
        this.violation = report.violation
        this.stop()
        break
      case 'done':
        this.stop()
    }
  }
}
