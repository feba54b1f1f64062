import { labBugs } from './bugs/index.ts'
import { search } from './simulator/search.ts'
import type { SearchRequest } from './simulator/search-request.ts'

// Makes the calls that the page asks for, and posts a report after every few of them.

// Nobody reads the stack of a simulated error, and capturing stacks takes much of the time.
Error.stackTraceLimit = 0

addEventListener('message', ({ data }: MessageEvent<SearchRequest>) => {
  const bug = labBugs.find(({ id }) => id === data.bug)
  search({ ...data, bug }, (report) => postMessage(report))
})
