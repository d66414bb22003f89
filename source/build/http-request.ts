/** `fetch` refuses a URL that holds a user and password: they go into a header instead. */
export function withCredentials(url: string): { readonly url: string; readonly headers: Record<string, string> } {
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return { url, headers: {} };
  const plain = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, headers: { authorization: `Basic ${Buffer.from(plain).toString('base64')}` } };
}
