import type { BuildRequest } from '../../build/request.ts';
import { formatScriptsUrl } from '../../protocol/script-places.ts';
import type { Secrets } from '../../protocol/secrets.ts';
import type { Environment } from '../../terminal/output.ts';

/** Hides what is secret of the command line, of the configuration that was read, and of the proxies that sti goes through. */
export function hideSecrets(
  secrets: Secrets,
  request: Partial<Pick<BuildRequest, 'source' | 'callbackUrl' | 'scriptsUrl' | 'envFile' | 'env' | 'secrets'>>,
  environment: Environment,
): void {
  const { source, callbackUrl, scriptsUrl, envFile = [], env = [], secrets: files = [] } = request;
  const proxies = Object.entries(environment).filter(([name]) => /_proxy$/i.test(name));
  secrets.hide([...envFile, ...env, ...proxies.map(([name, value = '']) => ({ name, value }))]);
  for (const { content } of files) secrets.hideValue(content.toString('utf8').trimEnd());
  const scripts = scriptsUrl && formatScriptsUrl(scriptsUrl);
  for (const url of [source, callbackUrl, scripts]) if (url !== undefined) secrets.hideUrl(url);
}
