import { describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../../source/build/events.ts';
import { createJson } from '../../../source/cli/output/json.ts';
import { StiError } from '../../../source/errors.ts';
import { end, exampleBuild, log, started } from '../../support/build-events.ts';
import { FakePipe } from '../../support/cli-fakes.ts';

async function show(events: readonly BuildEvent[]): Promise<unknown[]> {
  const stdout = new FakePipe();
  const emit = createJson(stdout);
  for (const event of events) await emit(event);
  expect(stdout.text.endsWith('\n')).toBe(true);
  return stdout.text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

describe('the JSON face', () => {
  it('writes each event on a line of its own, as it is', async () => {
    expect(await show(exampleBuild)).toEqual(exampleBuild.map(asShown));
  });

  it('has all that a script printed, and no character that a terminal would obey', async () => {
    const text = 'a\n\x1b[31mb\r\n\x1b[8mc\x9b2J\x7f\u202ed\u2028';
    const stdout = new FakePipe();
    await createJson(stdout)(log(text));
    expect(JSON.parse(stdout.text)).toEqual(asShown(log(text)));
    expect(stdout.text.trimEnd()).toMatch(/^[\x20-\x7e]*$/);
  });

  it('says nothing of a piece that only ends a line', async () => {
    expect(
      await show([
        started('assemble'),
        { type: 'log', at: 0, step: 'assemble', stream: 'stdout', text: '', lines: ['x'], open: '' },
      ]),
    ).toEqual([started('assemble')]);
  });

  it('writes an error by its code, message, hint, exit code and last lines', async () => {
    const error = new StiError('assemble', 'assemble exited with 3', {
      hint: 'Look.',
      lastLines: ['x'],
      cause: new Error(),
    });
    const [event] = await show([end({ ok: false, error, tagKept: 'my-app:latest' })]);
    expect(event).toEqual({
      type: 'build-finished',
      at: 0,
      ms: 3900,
      outcome: {
        ok: false,
        error: { code: 'assemble', message: 'assemble exited with 3', hint: 'Look.', exitCode: 60, lastLines: ['x'] },
        tagKept: 'my-app:latest',
      },
    });
  });
});

/** What a script printed, without what people read of it. */
function asShown(event: BuildEvent): object {
  if (event.type !== 'log') return event;
  const { lines, open, ...shown } = event;
  return shown;
}
