import { currentBuild, describeStatus } from '../source/dev/state/select.ts';
import type { DevState } from '../source/dev/state/state.ts';
import { harmless } from '../source/terminal/width.ts';

export type NotifyBy = 'off' | 'bell' | 'desktop';

interface Named {
  readonly name: string;
  readonly state: DevState;
}

/** State and build of the application, or of the first one that has failed. */
export function titleOf(apps: readonly Named[]): string {
  const failed = apps.find(({ state }) => describeStatus(state).mood === 'bad');
  const app = failed ?? apps[0];
  if (app === undefined) return 'sti';
  const { mood } = describeStatus(app.state);
  const build = currentBuild(app.state);
  const mark = { good: '●', bad: '✘', busy: '…', calm: '·' }[mood];
  return harmless(`${mark} ${app.name}${build === undefined ? '' : ` · build ${build.number}`} — sti`);
}

/** Tells of what changed since it was asked last: the sequences for the terminal, nothing where nothing did. */
export function createNotifier(by: NotifyBy): (apps: readonly Named[], isInFront: boolean) => string {
  let title = '';
  const known = new Map<string, { readonly troubles: number; readonly isBad: boolean }>();
  return (apps, isInFront) => {
    let sequence = '';
    const next = titleOf(apps);
    if (next !== title) sequence += `\x1b]0;${next}\x07`;
    title = next;
    for (const { name, state } of apps) {
      const before = known.get(name);
      const { mood, words } = describeStatus(state);
      const isBad = before?.isBad === true ? mood !== 'good' : mood === 'bad';
      known.set(name, { troubles: state.troubles, isBad });
      const hasFailed = isBad && state.troubles > (before?.troubles ?? 0);
      const isMended = before?.isBad === true && !isBad;
      if ((hasFailed || isMended) && !isInFront) sequence += tell(by, `${name}: ${isMended ? 'served again' : words}`);
    }
    return sequence;
  };
}

function tell(by: NotifyBy, words: string): string {
  if (by === 'off') return '';
  return by === 'bell' ? '\x07' : `\x1b]9;${harmless(words)}\x07`;
}
