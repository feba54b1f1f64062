import { join } from 'node:path'
import { findProgram } from './find-program.js'

const programs = join(process.env.PROGRAMFILES ?? 'C:\\Program Files')
const [chromium, firefox] = [
  {
    variable: 'CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    places: [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/snap/bin/chromium',
      join(programs, 'Google/Chrome/Application/chrome.exe'),
    ],
  },
  {
    variable: 'FIREFOX',
    names: ['firefox', 'firefox-esr'],
    places: [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      '/snap/bin/firefox',
      join(programs, 'Mozilla Firefox/firefox.exe'),
    ],
  },
]

/**
 * Finds the installed Chromium or Chrome: first by the environment variable CHROMIUM, then on the PATH or in a usual
 * place.
 */
export const findChromium = () => findProgram(chromium)

/** Finds the installed Firefox: first by the environment variable FIREFOX, then on the PATH or in a usual place. */
export const findFirefox = () => findProgram(firefox)
