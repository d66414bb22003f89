import { describe, expect, it } from 'vitest';
import type { DevEvent } from '../../../source/dev/events.ts';
import { createDevStore } from '../../../source/dev/state/store.ts';
import { StiError } from '../../../source/errors.ts';
import { piece } from '../../support/pieces.ts';
import { serving } from '../../support/sample-app.ts';

/** The lines that an event puts into the log of an application that is served: where from, of which build, and the text. */
function linesOf(...events: readonly DevEvent[]): readonly (readonly [source: string, build: number, text: string])[] {
  const store = createDevStore();
  for (const event of serving) store.dispatch(event);
  const from = store.log.end;
  for (const event of events) store.dispatch(event);
  return Array.from({ length: store.log.end - from }, (_, index) => {
    const line = store.log.line(from + index);
    return [line?.source ?? '', line?.build ?? 0, line?.text ?? ''];
  });
}

const request = {
  at: 1,
  method: 'GET',
  path: '/',
  status: 200,
  ms: 3,
  waitedMs: 0,
  bytes: 120,
  version: 1,
  fields: [],
  answerFields: [],
} as const;
const begun = { type: 'cycle-started', at: 1, cycle: 2, why: 'saved', changes: ['a'], changed: 1 } as const;
const interrupted = {
  type: 'dev-interrupted',
  at: 1,
  code: 'engine-lost',
  message: 'the engine is away',
  hint: 'Start it.',
  until: 'it is over',
  serving: null,
} as const;
const failure = { at: 1, code: 'assemble', lastLines: [], hint: undefined, serving: 1 } as const;

describe('what an event has to say in the log', () => {
  it.each<[string, DevEvent, string, number, ...string[]]>([
    ['a warning', { type: 'warning', at: 1, message: 'careful' }, 'sti', 1, 'warning: careful'],
    ['a build that was asked for', { ...begun, why: 'restart', changes: [], changed: 0 }, 'build', 2, '2 · restart'],
    ['a build of one file', begun, 'build', 2, '2 · a'],
    ['a build of two files', { ...begun, changes: ['a', 'b'], changed: 2 }, 'build', 2, '2 · a, b'],
    ['a build of two files of which one is known', { ...begun, changed: 2 }, 'build', 2, '2 · a +1'],
    ['a build of many files', { ...begun, changes: ['a', 'b'], changed: 7 }, 'build', 2, '2 · a +6'],
    ['a build without a name', { ...begun, changes: [], changed: 1 }, 'build', 2, '2 · '],
    [
      'a build that waits',
      { type: 'cycle-waiting', at: 1, cycle: 2 },
      'sti',
      2,
      'build 2 waits for its turn to assemble (--jobs)',
    ],
    [
      'a superseded build',
      { type: 'cycle-superseded', at: 1, cycle: 2, why: 'it had only begun' },
      'build',
      2,
      '↷ 2 superseded by a newer save: it had only begun',
    ],
    [
      'a save that waits',
      { type: 'save-waiting', at: 1, why: 'a build runs' },
      'sti',
      1,
      'the save waits: a build runs',
    ],
    [
      'a build that is served',
      { type: 'cycle-served', at: 1, cycle: 2, ms: 1_500, path: 'in place', why: 'the same container', urls: [] },
      'build',
      2,
      '✔ 2 served in 1.5 s · in place: the same container',
    ],
    [
      'a build that failed',
      { type: 'cycle-failed', cycle: 2, message: 'no', ...failure },
      'build',
      2,
      '✘ 2 failed: no',
    ],
    [
      'the end of sti build that failed',
      {
        type: 'build-finished',
        at: 1,
        ms: 1,
        outcome: { ok: false, error: new StiError('assemble', 'no', { hint: 'Read it.' }), tagKept: null },
      },
      'sti',
      1,
      'no',
      'Try: Read it.',
    ],
    ['an engine that is away', interrupted, 'sti', 1, 'the engine is away; waiting for it', 'Try: Start it.'],
    [
      'a loop that waits to be asked, without a hint',
      { ...interrupted, until: 'asked again', hint: undefined },
      'sti',
      1,
      'the engine is away',
    ],
    [
      'an application that ended',
      { type: 'app-exited', at: 1, cycle: 1, exitCode: 7, lastLines: [] },
      'sti',
      1,
      'the application ended with exit code 7',
    ],
    [
      'a tag that moved',
      { type: 'image-tagged', at: 1, cycle: 1, tag: 'app', imageId: 'sha256:1', ms: 1 },
      'detail',
      1,
      'app is build 1',
    ],
    ['a pause', { type: 'watching', at: 1, paused: true }, 'sti', 1, 'watching is paused'],
    ['the end of a pause', { type: 'watching', at: 1, paused: false }, 'sti', 1, 'watching again'],
    [
      'what was learned, a line for each kind',
      {
        type: 'learned',
        at: 1,
        cycle: 1,
        kinds: [
          { what: '*.css', to: '/app' },
          { what: '*.html', to: '/www' },
        ],
      },
      'sti',
      1,
      'learned: *.css is only copied, to /app/',
      'learned: *.html is only copied, to /www/',
    ],
    [
      'what was unlearned',
      { type: 'unlearned', at: 1, cycle: 1, kinds: ['*.ts', '*.js'], why: 'assemble compiles them' },
      'sti',
      1,
      'unlearned: *.ts, *.js: assemble compiles them',
    ],
    [
      'what taught nothing',
      { type: 'not-learned', at: 1, cycle: 3, kinds: ['*.ts'], why: 'it was much at once' },
      'detail',
      3,
      'nothing learned of *.ts from build 3: it was much at once',
    ],
    [
      'a correction',
      { type: 'corrected', at: 1, cycle: 1, ms: 900, why: 'of b', urls: [] },
      'sti',
      1,
      'build 1 was served wrong for 900 ms: of b',
    ],
    ['a proof', { type: 'proven', at: 1, cycle: 1 }, 'detail', 1, 'build 1 is what assemble makes of it'],
    [
      'a step',
      { type: 'step-finished', at: 1, step: 'copy', ok: true, ms: 1, summary: 'done' },
      'detail',
      1,
      'copy: done',
    ],
    [
      'a step that failed',
      { type: 'step-finished', at: 1, step: 'copy', ok: false, ms: 1, summary: 'no' },
      'detail',
      1,
      'copy failed: no',
    ],
  ])('%s', (_, event, source, build, ...texts) => {
    expect(linesOf(event)).toEqual(texts.map((text) => [source, build, text]));
  });

  it('nothing, of what only begins', () => {
    expect(linesOf({ type: 'step-started', at: 1, step: 'copy' }, { type: 'dev-ending', at: 1, image: null })).toEqual(
      [],
    );
  });

  it('has no control sequences of a file’s name', () => {
    expect(linesOf({ ...begun, changes: ['a\x1b[2Jb'] })).toEqual([['build', 2, expect.not.stringContaining('\x1b')]]);
  });
});

describe('a line of the log belongs to', () => {
  it('the version that answered a request, or the current build where sti did', () => {
    const builds = linesOf({ type: 'request', ...request }, begun, { type: 'request', ...request, version: null });
    expect(builds.map(([source, build]) => [source, build])).toEqual([
      ['request', 1],
      ['build', 2],
      ['request', 2],
    ]);
  });

  it('the build whose script printed it', () => {
    const printed = linesOf(
      begun,
      { type: 'log', at: 1, step: 'assemble', ...piece('assembling\n') },
      { type: 'log', at: 1, step: 'artifacts', ...piece('saving\n') },
    );
    expect(printed.slice(1)).toEqual([
      ['assemble', 2, 'assembling'],
      ['detail', 2, 'saving'],
    ]);
  });

  it('the version that is served until the next one starts', () => {
    const printed = (text: string): DevEvent => ({ type: 'log', at: 1, step: 'run', ...piece(text) });
    const lines = linesOf(begun, printed('old\n'), { type: 'step-started', at: 1, step: 'run' }, printed('new\n'));
    expect(lines.slice(1)).toEqual([
      ['app', 1, 'old'],
      ['app', 2, 'new'],
    ]);
  });
});
