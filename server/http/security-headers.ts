const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-resource-policy': 'same-origin',
}

/** Sets the headers that every response carries. */
export function addSecurityHeaders(set: (name: string, value: string) => unknown): void {
  for (const [name, value] of Object.entries(securityHeaders)) set(name, value)
}
