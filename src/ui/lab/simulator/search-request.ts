/** What the page asks its worker for. A bug has functions, so only its id is posted. */
export interface SearchRequest {
  readonly calls: number
  readonly seed: number
  readonly bug: string | undefined
}
