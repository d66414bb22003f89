import { afterEach } from 'vitest';
import type { DashboardActions } from '../../components/model/actions.ts';
import type { DevControls } from '../../source/dev/controls.ts';
import type { DevEvent } from '../../source/dev/events.ts';
import { piece } from './pieces.ts';
import { controls, sampleApp } from './sample-app.ts';
import { type ShownScreen, showScreen } from './screen-of.ts';

export const printed = (text: string): DevEvent => ({ type: 'log', at: 12_345, step: 'run', ...piece(text) });
/** A hundred lines, no two neighbours alike. */
export const hundred = printed(
  Array.from({ length: 100 }, (_none, line) => `line ${line} of the app, ${'abcdefghij'.charAt(line % 10)}\n`).join(''),
);

/** A screen that keys are pressed on, which ends with the test. */
export function keyboard() {
  let screen: ShownScreen | undefined;
  afterEach(() => screen?.close());
  /** An application at this point, wide enough for every key to be named. */
  function show(
    events: readonly DevEvent[],
    actions: Partial<DashboardActions> = {},
    live: DevControls = controls,
    size: readonly [number, number] = [200, 50],
  ) {
    const app = sampleApp('my-app', events, live);
    screen?.close();
    screen = showScreen([app], size, { actions });
    return app;
  }
  async function press(...keys: string[]): Promise<string> {
    for (const key of keys) await screen?.press(key);
    return (await screen?.text()) ?? '';
  }
  return { show, press };
}

/** What the pane of this title shows in its own columns, title included. */
export function pane(text: string, title: string): string {
  const lines = text.split('\n');
  const top = lines.findIndex((line) => line.includes(`╭ ${title}`));
  const column = lines[top]?.indexOf(`╭ ${title}`) ?? 0;
  const width = (lines[top]?.slice(column).indexOf('╮') ?? 0) + 1;
  const rows = lines.slice(top).map((line) => line.slice(column, column + width));
  return rows.slice(0, rows.findIndex((row) => row.startsWith('╰')) + 1).join('\n');
}

export const footer = (text: string) => text.split('\n').at(-1);
