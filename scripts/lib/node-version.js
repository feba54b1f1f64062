const least = [20, 19]

/** Ends the process with one clear line if Node.js is older than package.json requires. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = least
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return
  console.error(
    `rxcall needs Node.js ${least.join('.')} or later; this is ${process.versions.node}. See https://nodejs.org`,
  )
  process.exit(1)
}
