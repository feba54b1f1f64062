/** Why that cannot be the URL of a Redis; undefined where it can. It may hold a password, so it is not told. */
export const problemOfRedisUrl = (url: string): string | undefined =>
  URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)
    ? undefined
    : 'that is no URL of a Redis; give one such as redis://127.0.0.1:6379'
