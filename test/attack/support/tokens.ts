import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'

/** How the tokens of a relay are made. */
export interface Issuer {
  readonly secret: string
  readonly issuer: string
  readonly audience: string
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

function sign(payload: JWTPayload, secret: string, alg = 'HS256'): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret))
}

const payloadFor = ({ issuer, audience }: Issuer, user: string): JWTPayload => ({
  sub: user,
  iss: issuer,
  aud: audience,
  exp: inSeconds(300),
})

/** A token of this user that is valid for five minutes. */
export const tokenFor = (of: Issuer, user: string): Promise<string> => sign(payloadFor(of, user), of.secret)

/** Tokens with which `thief` must not become this user, each with the code of its refusal. */
export async function badTokens(
  of: Issuer,
  user: string,
  thief: string,
): Promise<readonly (readonly [token: string | undefined, code: string])[]> {
  const good = payloadFor(of, user)
  const [head = '', , signature = ''] = (await tokenFor(of, thief)).split('.')
  const body = (await tokenFor(of, user)).split('.')[1] ?? ''
  const without = (key: string) => Object.fromEntries(Object.entries(good).filter(([name]) => name !== key))
  return [
    [undefined, 'token-missing'],
    ['x', 'token-invalid'],
    ['a.'.repeat(4000), 'token-invalid'],
    ['a'.repeat(8 * 1024 + 1), 'invalid-claim'],
    [new UnsecuredJWT(good).encode(), 'token-invalid'],
    [`${head}.${body}.${signature}`, 'token-invalid'],
    [`${head}.${body}.`, 'token-invalid'],
    [await sign(good, 'x'.repeat(64)), 'token-invalid'],
    [await sign(good, of.secret, 'HS512'), 'token-invalid'],
    [await sign({ ...good, exp: inSeconds(-60) }, of.secret), 'token-expired'],
    [await sign({ ...good, nbf: inSeconds(60) }, of.secret), 'token-invalid'],
    [await sign({ ...good, iss: 'https://evil.example' }, of.secret), 'token-invalid'],
    [await sign({ ...good, aud: 'mail' }, of.secret), 'token-invalid'],
    [await sign(without('exp'), of.secret), 'token-invalid'],
    [await sign(without('sub'), of.secret), 'token-invalid'],
    [await tokenFor(of, thief), 'name-mismatch'],
  ]
}
