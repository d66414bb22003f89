const tls = 'Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH to the folder of ca.pem, cert.pem and key.pem.';

/** Options of s2i that sti has another way for, or hasn't yet: what to do instead. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ...['--tls', '--tlsverify', '--cert', '--key', '--tlscacert'].map((name) => [name, tls] as const),
]);

/** undefined: nothing better is known than a look at the help. */
export function insteadOf(option: string): string | undefined {
  return elsewhere.get(option.replace(/=.*$/s, ''));
}
