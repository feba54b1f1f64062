import { expect } from 'vitest'
import type { OpenOptions, User } from './browser-test.ts'
import type { Line } from './line.ts'
import { away } from './network-test.ts'
import {
  callEachOther,
  connect,
  connected,
  goesOn,
  isAway,
  isBack,
  made,
  nothingLeft,
  ring,
  sees,
  watches,
  write,
} from './steps.ts'

/**
 * Makes both press Call in the same instant, the given number of times. Each time they get one call with each other.
 */
export async function crossing(alice: User, bob: User, times: number): Promise<void> {
  for (let round = 1; round <= times; round++) {
    await callEachOther(alice, bob)
    await connected(alice, bob)
    const [ours, theirs] = [await openConnections(alice), await openConnections(bob)]
    expect(ours, `round ${round}`).toHaveLength(1)
    expect(theirs, `round ${round}`).toEqual(
      ours.map(({ local, remote }) => ({ local: remote, remote: local })),
    )
    const cameras = await Promise.all(
      [alice, bob].map(({ page }) => page.evaluate(() => probe.streams.length)),
    )
    expect(cameras, `round ${round}`).toEqual([round, round])

    const [first, second] = round % 2 === 0 ? [alice, bob] : [bob, alice]
    await first.press('Hang up')
    await Promise.all([
      first.status('Call ended: you hung up'),
      second.status(`Call ended: ${first.name} hung up`),
    ])
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  }
}

/** The two ends of each open connection, by their ICE credentials. */
const openConnections = ({ page }: User) =>
  page.evaluate(() => {
    const ufrag = (description: RTCSessionDescription | null) =>
      /^a=ice-ufrag:(.*)$/m.exec(description?.sdp ?? '')?.[1]?.trim()
    return probe.connections
      .filter(({ connectionState }) => connectionState !== 'closed')
      .map(({ localDescription, remoteDescription }) => ({
        local: ufrag(localDescription),
        remote: ufrag(remoteDescription),
      }))
  })

interface World {
  readonly line: () => Promise<Line>
  readonly join: (name: string, options?: OpenOptions) => Promise<User>
}

/** Cuts off two users from the relay for at least `ms` milliseconds: one in a call, and one whose phone rings. */
export async function cutOff({ line, join }: World, ms: number): Promise<void> {
  const [bobs, daves] = [await line(), await line()]
  const [alice, bob] = [await join('alice'), await join('bob', { by: bobs, expected: away })]
  const [carol, dave] = [await join('carol'), await join('dave', { by: daves, expected: away })]
  await connect(alice, bob)
  // Strangers would ring for only 20 s.
  await connect(carol, dave)
  await carol.press('Hang up')
  await dave.status('Call ended: carol hung up')
  await ring(carol, dave)

  await Promise.all([bobs.cut(), daves.cut()])
  const over = new Promise((resolve) => setTimeout(resolve, ms))
  await Promise.all([isAway(bob, goesOn), isAway(dave)])
  await Promise.all([watches(alice), watches(bob)])
  await write(alice, bob, 'are you there?')
  await write(bob, alice, 'I am')
  await over
  await Promise.all([carol.status('Calling dave'), dave.status('carol is calling')])

  await Promise.all([bobs.mend(), daves.mend()])
  await Promise.all([isBack(bob), isBack(dave)])
  await Promise.all([watches(alice), watches(bob)])
  await made(1, alice, bob)
  await alice.press('Hang up')
  await bob.status('Call ended: alice hung up')
  await dave.press('Accept')
  await connected(carol, dave)
  await Promise.all([sees(carol), sees(dave)])
}
