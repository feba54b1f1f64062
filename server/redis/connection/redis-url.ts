/** Why `url` is not the URL of a Redis; undefined if it is. Does not repeat the URL, because it may contain a password. */
export const problemOfRedisUrl = (url: string): string | undefined =>
  URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)
    ? undefined
    : 'that is not the URL of a Redis server; give one such as redis://127.0.0.1:6379'
