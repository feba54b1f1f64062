import {
  decodeScene,
  encodeScene,
  runScene,
  startScenes,
  type MessageChange,
  type Scene,
  type SceneMessage,
  type TimelineEntry,
} from 'rxcall/testing'
import { labBugs, type LabBug } from './bugs/index.ts'
import * as edits from './model/edits.ts'
import { keyOf } from './model/arrows.ts'
import { readAddress, writeAddress } from './model/address.ts'
import { begin, change, redo, undo, type History } from './model/history.ts'
import { momentAfter, momentBefore, momentsOf } from './model/moments.ts'
import { outcomeInWords } from './model/outcome.ts'
import { namesOf, rowsOf } from './model/rows.ts'
import { isSameScene } from './model/same-scene.ts'
import { changeInWords, messageInWords } from './text/message.ts'

const start: Scene = startScenes[0].scene

/** What the lab shows: a scene with its changes, its run, and the time that one looks at. */
export class Lab {
  #history = $state.raw<History<Scene>>(begin(start))
  /** The scene while something is dragged. */
  #draft = $state.raw<Scene>()
  #at = $state(0)
  /** The bug that the clients have. */
  #bug = $state.raw<LabBug>()
  #chosen = $state(false)
  /** The scene as it was opened. */
  #opened = start
  /** Why the address was not understood. */
  problem = $state<string>()
  /** What the last change did, for the live region. */
  said = $state('')
  showsAcks = $state(false)

  readonly scene = $derived(this.#draft ?? this.#history.present)
  readonly #result = $derived.by(() => {
    const before = performance.now()
    const run = runScene(edits.inOrder(this.scene), { stages: this.#bug?.stages })
    return { run, ms: performance.now() - before }
  })
  readonly run = $derived(this.#result.run)
  /** How long computing the run took, in milliseconds. */
  readonly computedIn = $derived(this.#result.ms)
  readonly names = $derived(namesOf(this.scene.scenario.clients.map(({ user }) => user)))
  readonly rows = $derived(rowsOf(this.scene, this.run))
  readonly moments = $derived(momentsOf(this.scene, this.run))
  readonly canUndo = $derived(this.#history.past.length > 0)
  readonly canRedo = $derived(this.#history.future.length > 0)
  /** Whether the scene differs from what the address opened. */
  readonly isChanged = $derived(this.canUndo || this.canRedo || this.#chosen)
  readonly isDragging = $derived(this.#draft !== undefined)
  /** The fragment of the address of this scene; undefined if it is too long for one. */
  readonly address = $derived(addressOf(edits.inOrder(this.#history.present), this.#bug?.id))
  /** What one can see in this scene, if it is one of the first ones. */
  readonly startScene = $derived(startScenes.find(({ scene }) => isSameScene(scene, this.#history.present)))

  constructor() {
    this.#at = this.#firstView()
  }

  get bug(): LabBug | undefined {
    return this.#bug
  }

  /** The time that the phones show, in milliseconds. */
  get at(): number {
    return this.#at
  }

  set at(at: number) {
    this.#at = Math.max(0, Math.min(at, this.end))
  }

  get end(): number {
    return this.run.duration + 2_000
  }

  stepBack(): void {
    this.at = momentBefore(this.moments, this.at)
  }

  stepForward(): void {
    this.at = momentAfter(this.moments, this.at)
  }

  /** Opens what the address of the page asks for. */
  openAddress(hash: string): void {
    const address = readAddress(hash)
    this.problem = undefined
    if (address.shows === 'scene') {
      const decoded = decodeScene(address.fragment)
      const bug = labBugs.find(({ id }) => id === address.bug)
      if (decoded.ok && address.bug !== undefined && bug === undefined)
        this.problem = 'The bug in the address is not known. The clients are without it.'
      if (decoded.ok) return this.open(decoded.scene, bug)
      this.problem = `${decoded.problem} Until then, this is the first scene.`
    }
    this.open(start)
  }

  /** Undoes all changes at once; they can be done again. */
  startOver(): void {
    this.edit(this.#opened, 'Started over')
  }

  /** Opens a scene that the user has chosen. */
  choose(scene: Scene, bug?: LabBug): void {
    this.open(scene, bug)
    this.problem = undefined
    this.#chosen = true
  }

  /** Runs the scene with the stages of the core itself. */
  switchOffBug(): void {
    this.#bug = undefined
    this.#chosen = true
    this.#say('The bug is switched off')
  }

  /** Opens another scene, with no changes to undo. */
  open(scene: Scene, bug?: LabBug): void {
    this.#bug = bug
    this.#history = begin(scene)
    this.#opened = scene
    this.#chosen = false
    this.#draft = undefined
    this.said = ''
    this.at = this.#firstView()
  }

  /** Makes `scene` the present one. `words` says what changed. Changes of one `kind` in a row are undone together. */
  edit(scene: Scene, words: string, kind?: string): void {
    this.#draft = undefined
    this.#history = change(this.#history, scene, kind)
    this.problem = undefined
    this.#say(words)
  }

  /** Shows `scene` while something is dragged; undefined goes back to the present one. */
  try(scene: Scene | undefined): void {
    this.#draft = scene
  }

  /** The scene that changes are based on while something is dragged. */
  get base(): Scene {
    return this.#history.present
  }

  undo(): void {
    if (!this.canUndo) return
    this.#history = undo(this.#history)
    this.#say('Undone')
  }

  redo(): void {
    if (!this.canRedo) return
    this.#history = redo(this.#history)
    this.#say('Done again')
  }

  add(entry: TimelineEntry, words: string): void {
    this.edit(edits.addEntry(this.base, entry), words)
  }

  /** Changes what happens to a message, or delivers it as usual. */
  changeMessage(message: SceneMessage, what: Pick<MessageChange, 'does' | 'ms'> | undefined): void {
    const words = `${messageInWords(message, this.names)} is ${changeInWords(what)}`
    const kind = what?.does === 'delay' ? `delay ${keyOf(message)}` : undefined
    this.edit(edits.changeMessage(this.base, message, what), words, kind)
  }

  #say(words: string): void {
    this.said = `${words}; ${outcomeInWords(this.scene, this.run)}`
  }

  /** A moment after the first call connects, or else when everything is over. */
  #firstView(): number {
    const connections = this.run.clients.flatMap(({ states }) => {
      const connected = states.find(({ state }) => state.call.phase === 'connected')
      return connected === undefined ? [] : [connected.at]
    })
    return connections.length > 0 ? Math.min(...connections) + 500 : this.run.duration
  }
}

function addressOf(scene: Scene, bug: string | undefined): string | undefined {
  try {
    return writeAddress(encodeScene(scene), bug)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
