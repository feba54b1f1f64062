import { describe, expect, it } from 'vitest'
import { avatarColour, avatarColours, initials } from '../../src/ui/text/avatar.ts'

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

describe('avatars', () => {
  it.each([
    ['alice', 'A'],
    ['Ada Lovelace', 'AL'],
    ['Marie-Claire van den Berg', 'MB'],
    ['x_y.z', 'XZ'],
    ['李雷', '李'],
    ['élodie', 'É'],
    ['😀 smile', '😀S'],
    ['-', '-'],
  ])('the initials of %s are %s', (name, expected) => {
    expect(initials(name)).toBe(expected)
  })

  it('have one colour per name, and several colours overall', () => {
    const names = Array.from({ length: 200 }, (_, index) => `user ${index}`)
    expect(names.map(avatarColour)).toEqual(names.map(avatarColour))
    expect(new Set(names.map(avatarColour))).toEqual(new Set(avatarColours))
  })

  it.each(avatarColours)('%s has enough contrast for white text', (colour) => {
    expect(1.05 / (luminance(colour) + 0.05)).toBeGreaterThanOrEqual(4.5)
  })
})
