import { describe, expect, it } from 'vitest'
import { commonFeatures, featuresKey, knownFeatures, namedFeatures } from '../../../src/core/index.ts'

const known = [{ id: 'captions' }, { id: 'parking', usesRelay: true }, { id: 'reactions', usesRelay: false }]

describe('the features that a client names', () => {
  it('are all known ones, except those that need a relay that names them', () => {
    expect(namedFeatures(known, { status: 'online' })).toEqual(['captions', 'reactions'])
    expect(namedFeatures(known, { status: 'online', features: ['unheard-of'] })).toEqual([
      'captions',
      'reactions',
    ])
    expect(namedFeatures(known, { status: 'online', features: ['parking', 'unheard-of'] })).toEqual([
      'captions',
      'parking',
      'reactions',
    ])
  })

  it('are reports of quality in this version, with any relay', () => {
    expect(namedFeatures(knownFeatures, { status: 'online' })).toEqual(['quality'])
  })
})

describe('the features that a call uses', () => {
  it('are those that both sides named', () => {
    expect(commonFeatures(['captions', 'reactions'], ['unheard-of', 'reactions'])).toEqual(['reactions'])
    expect(commonFeatures(['captions'], ['unheard-of'])).toEqual([])
    expect(commonFeatures([], ['captions'])).toEqual([])
  })

  it('are empty with a side that names nothing', () => {
    expect(commonFeatures(['captions'], undefined)).toEqual([])
  })
})

it('an empty list is left out', () => {
  expect(featuresKey(['captions'])).toEqual({ features: ['captions'] })
  for (const none of [[], undefined]) expect(Object.keys(featuresKey(none))).toEqual([])
})
