import { expect, it } from 'vitest'
import { PAGE_POLICY } from '../../../server/http/serve-demo.ts'

/** What each directive prevents when text becomes markup by mistake, or when another page embeds this one. */
it('the Content-Security-Policy of pages has all of these directives', () => {
  const directives = PAGE_POLICY.split('; ').map((directive) => {
    const [name, ...sources] = directive.split(' ')
    return [name, sources.join(' ')]
  })
  expect(Object.fromEntries(directives)).toEqual({
    // Frames, fonts, workers, plugins and future kinds are all blocked.
    'default-src': "'none'",
    // Scripts in the markup, and in its handlers, do not run; nor does eval.
    'script-src': "'self'",
    'style-src': "'self'",
    // No picture reports the viewer to another server.
    'img-src': "'self' data:",
    // A recording, and the call.
    'media-src': "'self' blob: mediastream:",
    // The page sends data only to its own relay.
    'connect-src': "'self'",
    // These three do not fall back to default-src (CSP 3, 6.3 and 6.4), so each needs its own line. A <base> in the
    // markup does not turn the page's own script into another server's.
    'base-uri': "'none'",
    // A form in the markup sends what is typed to nobody.
    'form-action': "'none'",
    // No other site shows the page in a frame, to have people click on what they do not see.
    'frame-ancestors': "'self'",
  })
  expect(directives).toHaveLength(9)
})
