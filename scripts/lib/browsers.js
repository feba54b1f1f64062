import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

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

/** @type {(file: string) => boolean} */
function runs(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @type {(browser: { variable: string, names: string[], places: string[] }) => string | undefined} */
function find({ variable, names, places }) {
  const chosen = process.env[variable]
  if (chosen) return chosen
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...onPath, ...places].find(runs)
}

/** The installed Chromium or Chrome: what the environment variable CHROMIUM says, else on the PATH or in a usual place. */
export const findChromium = () => find(chromium)

/** The installed Firefox: what the environment variable FIREFOX says, else on the PATH or in a usual place. */
export const findFirefox = () => find(firefox)
