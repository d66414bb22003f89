/** Proof of who pulls or pushes, as engines take it. Never printed. */
export type RegistryAuth = { readonly serveraddress: string } & (
  | { readonly username: string; readonly password: string }
  | { readonly identitytoken: string }
);

/** What must never be shown of a login; the last is how clients store both halves. */
export function secretsOf(auth: RegistryAuth): string[] {
  if ('identitytoken' in auth) return [auth.identitytoken];
  return [auth.password, Buffer.from(`${auth.username}:${auth.password}`).toString('base64')];
}
