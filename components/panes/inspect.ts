import type { Inspection } from '../../source/dev/inspect.ts';
import { findBuild } from '../../source/dev/state/select.ts';
import type { DevState } from '../../source/dev/state/state.ts';
import { shortId } from '../../source/terminal/units.ts';
import { clip, harmless, padEnd, wrapWords } from '../../source/terminal/width.ts';
import type { Theme } from '../theme/theme.ts';

/** All about what runs: container, way, ports, user, environment with where it comes from, labels, and how to run the same. */
export function inspectLines(found: Inspection | undefined, state: DevState, columns: number, theme: Theme): string[] {
  const { paint, marks } = theme;
  if (found === undefined) return [paint('faint', 'nothing runs that could be looked at')];
  const { container, build, builder, user, workingDir, ports, env, labels } = found;
  const row = (name: string, text: string): string =>
    clip(`${paint('faint', padEnd(name, 11))} ${theme.words(harmless(text))}`, columns, marks.more);
  const heading = (text: string): string[] => ['', paint('strong', text)];
  const path = build === null ? undefined : findBuild(state, build)?.path;
  const names = Math.min(32, Math.max(0, ...env.map(({ name }) => name.length)));
  return [
    row('build', build === null ? 'none is served' : String(build)),
    row('container', container === undefined ? 'none' : shortId(container)),
    ...(path === undefined ? [] : [row('way', path)]),
    row('builder', builder.replace(/sha256:(\w{12})\w*/, '$1')),
    row('user', user === '' ? 'root, as the image says nothing' : user),
    row('folder', workingDir === '' ? '/' : workingDir),
    ...(ports.length === 0 ? [row('ports', 'none is exposed (--port HOST:CONTAINER)')] : []),
    ...ports.map(({ url, container: port }) => row('port', `${url} leads to ${port}`)),
    ...heading('Environment'),
    ...(env.length === 0 ? ['  nothing is set'] : []),
    ...env.map(({ name, value, from }) => {
      const start = `  ${padEnd(clip(name, names, marks.more), names)}  ${paint('faint', padEnd(from, 13))}  `;
      return clip(start + harmless(value), columns, marks.more);
    }),
    ...heading('Labels'),
    ...labels.map(([name, value]) => clip(`  ${harmless(name)}=${harmless(value)}`, columns, marks.more)),
    ...heading('The same, by hand'),
    ...wrapWords(`  ${runLine(found, state)}`, columns),
  ];
}

/** A command that runs the image of the last good state as it is served here. */
function runLine({ ports }: Pick<Inspection, 'ports'>, { tag, image }: DevState): string {
  const published = ports.map(({ url, container }) => `-p ${/:(\d+)\/?$/.exec(url)?.[1] ?? container}:${container}`);
  return ['docker run --rm', ...published, tag ?? image?.imageId ?? 'IMAGE'].join(' ');
}
