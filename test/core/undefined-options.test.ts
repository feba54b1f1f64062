import { NEVER } from 'rxjs'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { BrowserMediaOptions } from '../../src/adapters/browser-media.ts'
import type { NativePeerOptions } from '../../src/adapters/native-peer.ts'
import type { SimplePeerOptions } from '../../src/adapters/simple-peer.ts'
import { socketIoSignaling, type SocketIoOptions } from '../../src/adapters/socket-io-signaling.ts'
import {
  createCallClient,
  type CallAction,
  type CallClient,
  type CallClientOptions,
  type CallErrorOptions,
  type CallOptions,
  type CallerVerdict,
  type PipelineOptions,
  type RecoveryPolicy,
  type SettingsOverrides,
  type TimingsOverrides,
} from '../../src/core/index.ts'
import { completeStages, defaultStages } from '../../src/core/stages/default-stages.ts'
import {
  play,
  type AgentOptions,
  type FakeMediaOptions,
  type PlayOptions,
  type Role,
  type SimulateOptions,
  type ToMarblesOptions,
  type ToTestOptions,
} from '../../src/testing/index.ts'
import { mediaPort } from './support/media.ts'

// Under `exactOptionalPropertyTypes`, an optional property refuses `undefined` unless its type names it.

/** The optional properties of options that refuse `undefined`. */
type Refusing<T> = {
  [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K>
    ? Record<K, undefined> extends Pick<T, K>
      ? never
      : K
    : never
}[keyof T]

/** The same of several options. */
type RefusingIn<T extends readonly unknown[]> = { [I in keyof T]: Refusing<T[I]> }[number]

const ports = {
  signaling: { connect: () => NEVER },
  peer: { open: () => NEVER },
  media: mediaPort(() => NEVER),
}

describe('the types of options', () => {
  it('accept undefined for a client and its actions', () => {
    expectTypeOf<Refusing<{ readonly given: 1; readonly left?: 1 }>>().toEqualTypeOf<'left'>()
    expectTypeOf<RefusingIn<[CallClientOptions, PipelineOptions]>>().toBeNever()
    expectTypeOf<RefusingIn<[SettingsOverrides, TimingsOverrides]>>().toBeNever()
    expectTypeOf<Refusing<NonNullable<SettingsOverrides['recovery']>>>().toBeNever()
    expectTypeOf<keyof NonNullable<SettingsOverrides['recovery']>>().toEqualTypeOf<keyof RecoveryPolicy>()
    expectTypeOf<Refusing<NonNullable<CallClientOptions['stages']>>>().toBeNever()
    expectTypeOf<RefusingIn<[CallOptions, Parameters<CallClient['media']>[0]]>>().toBeNever()
    expectTypeOf<RefusingIn<[CallerVerdict, CallErrorOptions]>>().toBeNever()
  })

  it('accept undefined for the adapters', () => {
    expectTypeOf<Refusing<SocketIoOptions>>().toBeNever()
    expectTypeOf<RefusingIn<[NativePeerOptions, SimplePeerOptions]>>().toBeNever()
    expectTypeOf<Refusing<BrowserMediaOptions>>().toBeNever()
    expectTypeOf<Refusing<NonNullable<BrowserMediaOptions['constraints']>>>().toBeNever()
  })

  it('accept undefined for the test kit', () => {
    expectTypeOf<RefusingIn<[Role, PlayOptions, FakeMediaOptions]>>().toBeNever()
    expectTypeOf<Refusing<NonNullable<PlayOptions['peerTimes']>>>().toBeNever()
    expectTypeOf<RefusingIn<[SimulateOptions, AgentOptions]>>().toBeNever()
    expectTypeOf<RefusingIn<[ToTestOptions, ToMarblesOptions]>>().toBeNever()
  })
})

describe('an option that is undefined stands for its default', () => {
  it('in the actions of a client', () => {
    const client = createCallClient({ ...ports, settings: { ringMs: undefined }, stages: undefined })
    const actions: CallAction[] = []
    client.event$.subscribe((event) => event.type === 'action' && actions.push(event.action))
    client.call('bob', { media: undefined })
    client.media({ audio: undefined, video: false })
    expect(actions).toStrictEqual([
      { type: 'call', user: 'bob' },
      { type: 'media', change: { video: false } },
    ])
    client.close()
  })

  it('for a stage', () => {
    expect(completeStages({ recovery: undefined })).toStrictEqual(defaultStages)
  })

  it('for a signaling port', () => {
    const options = { url: 'http://localhost:1', name: 'alice', outsideBrowser: true }
    expect(() => socketIoSignaling({ ...options, token: undefined, wake$: undefined })).not.toThrow()
  })

  it('for a network in virtual time', () => {
    const roles = {
      alice: { does: { 30: { type: 'call', user: 'bob' } } },
      bob: { does: { 100: { type: 'accept' } }, settings: undefined },
    } as const
    const times = { latencyMs: undefined, peerTimes: { connectMs: undefined } }
    expect(play(roles, times).phases).toEqual(play(roles).phases)
  })
})
