import { describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../source/build/events.ts';
import { createJson } from '../../source/cli/json.ts';
import { StiError } from '../../source/errors.ts';
import { end, exampleBuild, log, warning } from './build-events.ts';
import { FakePipe } from './fakes.ts';

async function show(events: readonly BuildEvent[], redact = (text: string) => text): Promise<unknown[]> {
  const stdout = new FakePipe();
  const emit = createJson(stdout, redact);
  for (const event of events) await emit(event);
  expect(stdout.text.endsWith('\n')).toBe(true);
  return stdout.text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

describe('the JSON face', () => {
  it('writes each event on a line of its own, as it is', async () => {
    expect(await show(exampleBuild)).toEqual(exampleBuild);
  });

  it('keeps line ends and control sequences of a script inside the line', async () => {
    expect(await show([log('a\n\x1b[31mb\r\n')])).toEqual([log('a\n\x1b[31mb\r\n')]);
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

  it('takes secrets out of everything but the output of scripts', async () => {
    const redact = (text: string) => text.replaceAll('hunter2', '***');
    const error = new StiError('source', 'at hunter2', { hint: 'not hunter2' });
    const events = await show([warning('hunter2'), end({ ok: false, error, tagKept: null }), log('hunter2')], redact);
    expect(JSON.stringify(events.slice(0, 2))).not.toContain('hunter2');
    expect(events[2]).toEqual(log('hunter2'));
  });

  it('leaves the words of events alone, also where a secret is the same word', async () => {
    const redact = (text: string) => text.replaceAll('assemble', '***');
    const event = { type: 'status', at: 0, step: 'assemble', text: 'assemble waits' } as const;
    expect(await show([event], redact)).toEqual([{ ...event, text: '*** waits' }]);
  });
});
