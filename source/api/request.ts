import { type Application, withBuilder, withConfig } from '../cli/config/apply.ts';
import { readLayers } from '../cli/config/layers.ts';
import { parseValues } from '../cli/config/values.ts';
import type { Host } from '../cli/context.ts';
import { StiError } from '../errors.ts';
import type { BuildOptions, DevOptions } from './options.ts';

/**
 * What a program asks for, with what configuration files add to it as they do to a command line: it has their keys and is
 * the strongest of them.
 * @throws StiError `usage`
 */
export async function readRequest(
  command: 'build' | 'dev',
  { source = '.', ...rest }: BuildOptions | DevOptions,
  host: Host,
): Promise<Application> {
  const { values, problems } = parseValues(rest, host.cwd);
  if (problems.length > 0) {
    throw new StiError('usage', problems.join('\n'), { hint: 'See docs/api.md for what a request may hold.' });
  }
  const own = { file: 'the request', folder: host.cwd, values, trusted: true, leftOut: {}, digest: '', warnings: [] };
  const layers = await withBuilder([own, ...(await readLayers(source, host))], source, {}, host.cwd);
  return withConfig({ command, positionals: [source], explicit: {} }, layers);
}
