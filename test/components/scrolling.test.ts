import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeView } from '../../components/model/change-view.ts';
import { initialView, topOf, type ViewState } from '../../components/model/view-state.ts';
import { rowsFrom, rowsUpTo } from '../../components/model/viewport.ts';
import { type Arrangement, arrange } from '../../components/screen/arrange.ts';
import { createTheme } from '../../components/theme/theme.ts';
import { LogBuffer } from '../../source/dev/logs/log-buffer.ts';
import { initialState } from '../../source/dev/state/state.ts';
import { append } from '../support/pieces.ts';

const moves = ['up', 'down', 'page-up', 'page-down', 'first', 'last', 'follow'] as const;
const looks = ['wrap', 'times', 'all-sources', 'only-assemble', 'only-app'] as const;
const command = fc.constantFrom(...moves, ...moves, ...looks);
const text = fc.constantFrom('short\n', `${'long '.repeat(30)}\n`, '漢字'.repeat(40), '\n', 'unfinished', 'one\ntwo\n');
const output = fc.record({ text, source: fc.constantFrom('assemble', 'app') });
const size = fc.record({ columns: fc.integer({ min: 40, max: 120 }), rows: fc.integer({ min: 7, max: 40 }) });
const happening = fc.oneof(
  command.map((chosen) => ({ command: chosen })),
  fc.array(output, { maxLength: 40 }).map((pieces) => ({ pieces })),
  size.map((resized) => ({ resized })),
);

/** The dashboard's window on a log, small enough that its oldest lines are soon forgotten. */
function openWindow() {
  const log = new LogBuffer({ bytes: 12_000 });
  let view: ViewState = initialView;
  let now = { columns: 80, rows: 20 };
  const looked = () => ({ state: initialState, log, view, fileHere: () => undefined, only: undefined });
  const scene = (): Arrangement => arrange(looked(), now, createTheme({ depth: 1, unicode: true }));
  return {
    log,
    scene,
    isFollowing: () => topOf(initialState, view) === undefined,
    press(pressed: (typeof moves | typeof looks)[number]) {
      view = changeView(looked(), scene(), pressed);
    },
    print(pieces: readonly { readonly text: string; readonly source: 'assemble' | 'app' }[]) {
      for (const piece of pieces) append(log, { ...piece, stream: 'stdout', build: 0, at: 0 });
    },
    resize(to: typeof now) {
      now = to;
    },
  };
}
type Window = ReturnType<typeof openWindow>;

function happen(window: Window, what: typeof happening extends fc.Arbitrary<infer Kind> ? Kind : never): void {
  if ('command' in what) window.press(what.command);
  else if ('pieces' in what) window.print(what.pieces);
  else window.resize(what.resized);
}

const story = fc.array(happening, { maxLength: 40 });

describe('whatever is pressed, printed and resized', () => {
  it('shows as many rows as there is room for, or all that there are', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const window = openWindow();
        const larger = { resized: { columns: 120, rows: 40 } } as const;
        for (const what of [...happenings, { command: 'up' } as const, larger]) {
          happen(window, what);
          const { rows, shown, logSize } = window.scene();
          const all = rowsFrom(rows, { line: window.log.first, row: 0 }, 10_000);
          expect(shown.length).toBe(Math.min(all.length, logSize.rows));
          expect(all).toEqual(expect.arrayContaining([...shown]));
        }
      }),
    );
  });

  it('shows the end while it follows, and after f it does', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const window = openWindow();
        for (const what of [...happenings, { command: 'follow' as const }]) {
          happen(window, what);
          const { rows, shown, logSize } = window.scene();
          if (window.isFollowing()) expect(shown).toEqual(rowsUpTo(rows, window.log.end, logSize.rows));
        }
        expect(window.isFollowing()).toBe(true);
      }),
    );
  });

  it('stays where it was scrolled to when lines come, for as long as these are kept', () => {
    fc.assert(
      fc.property(story, fc.array(output, { maxLength: 12 }), (happenings, pieces) => {
        const window = openWindow();
        for (const what of happenings) happen(window, what);
        window.print([
          { text: '\n', source: 'assemble' },
          { text: '\n', source: 'app' },
        ]);
        window.press('up');
        const before = window.scene().shown;
        fc.pre(!window.isFollowing());
        window.print(pieces);
        fc.pre((before[0]?.line ?? 0) >= window.log.first);
        const after = window.scene().shown;
        expect(after[0]).toEqual(before[0]);
      }),
    );
  });

  it('goes down what it went up, and follows again at the end', () => {
    fc.assert(
      fc.property(
        fc.array(output, { minLength: 60, maxLength: 90 }),
        fc.integer({ min: 1, max: 30 }),
        (pieces, times) => {
          const window = openWindow();
          window.print(pieces);
          const { shown } = window.scene();
          const room = rowsUpTo(window.scene().rows, window.log.end, 10_000).length - shown.length;
          fc.pre(room > 0);
          for (let time = 0; time < times; time++) window.press('up');
          expect(window.isFollowing()).toBe(false);
          for (let time = 0; time < Math.min(times, room); time++) window.press('down');
          expect(window.scene().shown).toEqual(shown);
          expect(window.isFollowing()).toBe(true);
        },
      ),
    );
  });

  it('goes to the first line and to the end', () => {
    fc.assert(
      fc.property(story, (happenings) => {
        const window = openWindow();
        for (const what of happenings) happen(window, what);
        window.press('first');
        const { rows, shown } = window.scene();
        expect(shown[0]).toEqual(rowsFrom(rows, { line: window.log.first, row: 0 }, 1)[0]);
        window.press('last');
        expect(window.isFollowing()).toBe(true);
      }),
    );
  });
});
