type PeerConnectionClass = new (configuration?: RTCConfiguration) => RTCPeerConnection

/** Replacements of `RTCPeerConnection` by pages, monitoring scripts and extensions, by name. */
export const wrappers: Readonly<Record<string, (Original: PeerConnectionClass) => PeerConnectionClass>> = {
  'a function that returns the original': (Original) => {
    function Wrapped(configuration?: RTCConfiguration): RTCPeerConnection {
      return new Original(configuration)
    }
    Wrapped.prototype = Original.prototype as unknown
    return Wrapped as unknown as PeerConnectionClass
  },

  'a class that extends it': (Original) => class Wrapped extends Original {},

  'a proxy of the class': (Original) =>
    new Proxy(Original, {
      construct: (_target, [configuration]: [RTCConfiguration?]) => new Original(configuration),
    }),

  'a function without prototype and static members': (Original) =>
    function (configuration?: RTCConfiguration) {
      return new Original(configuration)
    } as unknown as PeerConnectionClass,

  'a function whose objects delegate to the original': (Original) =>
    function (configuration?: RTCConfiguration) {
      return delegate(new Original(configuration))
    } as unknown as PeerConnectionClass,

  'a function that returns a proxy of the original': (Original) => {
    function Wrapped(configuration?: RTCConfiguration): RTCPeerConnection {
      const connection = new Original(configuration)
      return new Proxy({} as RTCPeerConnection, {
        get(_target, name): unknown {
          const value: unknown = Reflect.get(connection, name)
          return typeof value === 'function' ? value.bind(connection) : value
        },
        has: (_target, name) => name in connection,
        set: (_target, name, value) => Reflect.set(connection, name, value),
      })
    }
    return Wrapped as unknown as PeerConnectionClass
  },
}

/** Another object with every member of `connection`, which cannot be changed. */
function delegate(connection: RTCPeerConnection): RTCPeerConnection {
  const made = {}
  for (const name of membersOf(connection)) {
    const value: unknown = Reflect.get(connection, name)
    Object.defineProperty(
      made,
      name,
      typeof value === 'function' && !name.startsWith('on')
        ? { value: value.bind(connection) as unknown }
        : {
            get: (): unknown => Reflect.get(connection, name),
            set: (next) => void Reflect.set(connection, name, next),
          },
    )
  }
  return made as RTCPeerConnection
}

/** Those that simple-peer sets; libwebrtc in Node has none until then. */
const handlers = [
  'onconnectionstatechange',
  'ondatachannel',
  'onicecandidate',
  'oniceconnectionstatechange',
  'onicegatheringstatechange',
  'onsignalingstatechange',
  'ontrack',
]

/** Its own members and those of its classes, except a local description, on which libwebrtc in Node may crash. */
function membersOf(connection: object): Set<string> {
  const names = new Set<string>(handlers)
  for (let owner = connection; owner !== Object.prototype; owner = Object.getPrototypeOf(owner) as object)
    for (const name of Object.getOwnPropertyNames(owner))
      if (name !== 'constructor' && !/^(current|pending)?localDescription$/i.test(name)) names.add(name)
  return names
}
