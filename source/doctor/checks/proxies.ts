import { proxyFor } from '../../http/proxy.ts';
import { redactUrl } from '../../protocol/redact.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';

/** The proxies that sti fetches through. The engine has settings of its own. */
export function checkProxies({ env }: Facts): Finding[] {
  const { ok, warn, fail } = findingsOf('proxies');
  const findings: Finding[] = [];
  const used: string[] = [];
  for (const scheme of ['http', 'https']) {
    const name = `${scheme}_proxy`;
    const [small, capital] = [env[name], env[name.toUpperCase()]];
    if (small && capital && small !== capital) {
      const text = `${name} and ${name.toUpperCase()} differ: the small one is used`;
      findings.push(warn(text, 'Set both to the same value: other programs choose the other one.'));
    }
    try {
      const proxy = proxyFor(new URL(`${scheme}://registry.invalid`), env);
      if (proxy !== undefined) used.push(`${scheme} by ${redactUrl(proxy.href)}`);
      if (proxy !== undefined && proxyFor(new URL(`${scheme}://localhost`), env) !== undefined) {
        const text = `what is on this machine is asked for through ${name} too`;
        findings.push(warn(text, 'Add localhost,127.0.0.1 to no_proxy.'));
      }
    } catch {
      findings.push(fail(`${name} is not the URL of an HTTP proxy`, 'Write http://HOST:PORT, or unset it.'));
    }
  }
  return [ok(used.length === 0 ? 'none' : used.join(', ')), ...findings];
}
