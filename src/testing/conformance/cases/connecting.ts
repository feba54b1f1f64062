import type { Kind } from '../agent-messages.ts'
import { conformanceCase, type ConformanceCase } from '../conformance-case.ts'
import { insistUnbroken } from '../peer-handle.ts'
import { both, connected, exchangeTexts, openConnected, openPair } from '../stage.ts'
import { eventually, insist } from '../waiting.ts'
import { isSignal } from '../wire.ts'

const kindsOf = (tracks: readonly { readonly kind: string }[]): string =>
  [...new Set(tracks.map(({ kind }) => kind))].sort().join(' and ')

export const connecting: readonly ConformanceCase[] = [
  conformanceCase('connects, and carries audio, video and text both ways', async (stage) => {
    const pair = await openPair(stage, { sends: { offerer: both, answerer: both } })
    await connected(pair)
    for (const peer of [pair.offerer, pair.answerer]) {
      await peer.saw('track-added', { where: ({ kind }) => kind === 'audio' })
      await peer.saw('track-added', { where: ({ kind }) => kind === 'video' })
      await peer.receives(both)
      insist(kindsOf(peer.all('track-removed')) === '', `the ${peer.role} lost a remote track`)
    }
    await exchangeTexts(pair, 'hello')
    for (const peer of [pair.offerer, pair.answerer])
      insist(
        peer.all('data-open').length === 1,
        `the ${peer.role} reported more than once that text can be sent`,
      )
    insistUnbroken(pair.offerer, pair.answerer)
  }),

  conformanceCase('makes one offer and one answer, each before its candidates', async (stage) => {
    const { offerer, answerer } = await openConnected(stage, { sends: { offerer: both, answerer: both } })
    const types = [offerer, answerer].map((peer) =>
      peer.all('description').map(({ description }) => description.type),
    )
    insist(types.join(' ') === 'offer answer', `the descriptions are ${types.join(' ')}, not offer answer`)
    for (const peer of [offerer, answerer])
      insist(
        peer.events.find(isSignal)?.type === 'description',
        `the ${peer.role} sent a candidate before its description`,
      )
  }),

  conformanceCase('reports the end of candidates', async (stage) => {
    const { offerer, answerer } = await openConnected(stage, { sends: { offerer: both } })
    for (const peer of [offerer, answerer]) {
      await peer.saw('candidate', { where: ({ candidate }) => candidate === null })
      insist(
        peer.all('candidate').some(({ candidate }) => candidate !== null),
        `the ${peer.role} sent no candidate`,
      )
      insist(
        peer.all('candidate').at(-1)?.candidate === null,
        `the ${peer.role} sent a candidate after the end of candidates`,
      )
    }
  }),

  conformanceCase('reports its states as they change', async (stage) => {
    const { offerer, answerer } = await openConnected(stage, { sends: { offerer: both, answerer: both } })
    await offerer.saw('signaling-state', { where: ({ state }) => state === 'have-local-offer' })
    await answerer.saw('signaling-state', { where: ({ state }) => state === 'have-remote-offer' })
    for (const peer of [offerer, answerer]) {
      await peer.saw('signaling-state', { where: ({ state }) => state === 'stable' })
      await peer.saw('ice-connection-state', {
        where: ({ state }) => state === 'connected' || state === 'completed',
      })
      await peer.saw('ice-gathering-state', { where: ({ state }) => state === 'complete' })
    }
  }),

  ...([['offerer'], ['answerer'], []] as const).map(([sender]) =>
    conformanceCase(`connects when ${sender ? `only the ${sender}` : 'nobody'} sends`, async (stage) => {
      const pair = await openConnected(stage, { sends: sender ? { [sender]: both } : {} })
      const nothing: readonly Kind[] = []
      await pair.offerer.receives(sender === 'answerer' ? both : nothing)
      await pair.answerer.receives(sender === 'offerer' ? both : nothing)
      await exchangeTexts(pair, 'nothing to see')
    }),
  ),

  conformanceCase('keeps texts whole and in order', async (stage) => {
    const { offerer, answerer } = await openConnected(stage)
    const texts = [...Array.from({ length: 50 }, (_, i) => `text ${String(i)}`), 'ä€𝄞', '{"json":1}', '']
    for (const data of texts) await offerer.command({ type: 'send', data })
    await offerer.command({ type: 'send', data: 'x'.repeat(4096) })
    await answerer.saw('data', { where: ({ data }) => data === 'x'.repeat(4096) })
    const got = answerer.all('data').slice(0, -1)
    // Empty texts may be dropped, because they contain nothing.
    const wanted = texts.filter((text) => text !== '')
    insist(
      JSON.stringify(got.map(({ data }) => data).filter((data) => data !== '')) === JSON.stringify(wanted),
      'texts were changed, duplicated, reordered or lost',
    )
  }),

  conformanceCase('measures what has arrived', async (stage) => {
    const { offerer, answerer } = await openConnected(stage, { sends: { offerer: both } })
    let asked = 0
    const measure = async (): Promise<{ readonly sender: number; readonly receiver: number }> => {
      asked++
      const [sender, receiver] = await Promise.all(
        [offerer, answerer].map(async (peer) => {
          const since = peer.events.length
          await peer.command({ type: 'measure' })
          return (await peer.saw('received', { since })).bytes
        }),
      )
      return { sender: sender ?? 0, receiver: receiver ?? 0 }
    }
    await answerer.receives(both)
    const first = await measure()
    insist(first.receiver > 0, 'media arrived, but no byte was counted')
    // The sender receives bytes, too: reports and the handshake.
    await eventually(async () => {
      const { sender, receiver } = await measure()
      return receiver > first.receiver && receiver > 2 * sender
        ? null
        : `${String(receiver)} bytes are counted with media, and ${String(sender)} without`
    })
    for (const peer of [offerer, answerer])
      insist(
        peer.all('received').length === asked,
        `the ${peer.role} measured more often than it was asked to`,
      )
  }),
]
