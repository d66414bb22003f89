import { expect, it } from 'vitest';
import { createJson } from '../../source/cli/output/json.ts';
import type { DevEvent } from '../../source/dev/events.ts';
import { redactEvent } from '../../source/dev/redact-event.ts';
import { createDevStore } from '../../source/dev/state/store.ts';
import { StiError } from '../../source/errors.ts';
import { Secrets } from '../../source/protocol/secrets.ts';
import { FakePipe } from '../support/cli-fakes.ts';

const secrets = new Secrets();
secrets.hide([
  { name: 'DB_PASSWORD', value: 'hunter2' },
  { name: 'HTTP_PROXY', value: 'http://me:swordfish@proxy:3128' },
]);

/** A text from anywhere that has all that is never printed. */
const text = 'a hunter2, https://you:letmein@host/x?token=abcdef and http://me:swordfish@proxy:3128';
const at = 0;
const error = new StiError('source', text, { hint: text, lastLines: [text], cause: new Error(text) });

const events: readonly DevEvent[] = [
  { type: 'build-started', at, source: text, builder: text, tag: null },
  { type: 'dev-started', at, source: text, builder: text, tag: null },
  { type: 'step-started', at, step: 'assemble' },
  { type: 'step-finished', at, step: 'source', ok: true, ms: 0, summary: text },
  { type: 'status', at, step: 'builder', text },
  { type: 'progress', at, step: 'copy', done: 1, of: 2, unit: 'files' },
  { type: 'warning', at, message: text },
  { type: 'cycle-started', at, cycle: 1, why: text, changes: [text], changed: 1 },
  { type: 'cycle-superseded', at, cycle: 1, why: 'it had only begun' },
  { type: 'save-waiting', at, why: 'saves are left alone' },
  { type: 'cycle-served', at, cycle: 1, ms: 0, path: 'in place', why: text, urls: ['http://localhost:1'] },
  { type: 'cycle-failed', at, cycle: 1, code: 'assemble', message: text, lastLines: [text], hint: text, serving: null },
  { type: 'dev-interrupted', at, code: 'builder', message: text, hint: text, until: 'it is over', serving: null },
  { type: 'app-exited', at, cycle: 1, exitCode: 1, lastLines: [text] },
  { type: 'artifacts-saved', at, cycle: 1, files: 1, bytes: 1, from: text, entries: [{ path: text, bytes: 1 }] },
  {
    type: 'image-compared',
    at,
    cycle: 1,
    imageId: 'sha256:1',
    bytes: 1,
    addedBytes: 1,
    changes: [{ path: text, bytes: 1, kind: 'added' }],
  },
  {
    ...{ type: 'request', at, method: 'GET', path: text, status: 200, ms: 1, waitedMs: 0, bytes: 1, version: 1 },
    ...{ fields: [text], answerFields: [text] },
  },
  { type: 'build-finished', at, ms: 0, outcome: { ok: false, error, tagKept: null } },
];
const secret = /hunter2|letmein|abcdef|swordfish/;

it.each(events.map((event) => [event.type, event] as const))(
  'a %s has no secrets for any face',
  async (_type, event) => {
    const redacted = redactEvent(event, secrets.redact);
    expect(JSON.stringify(redacted, (_key, value) => (value instanceof StiError ? shown(value) : value))).not.toMatch(
      secret,
    );
    expect(redacted.type).toBe(event.type);
    const stdout = new FakePipe();
    await createJson(stdout)(redacted);
    expect(stdout.text).not.toMatch(secret);
    expect(stdout.text).toContain(event.type);
  },
);

it('the dashboard has none of them, neither in its state nor in its log', () => {
  const store = createDevStore();
  for (const event of events) store.dispatch(redactEvent(event, secrets.redact));
  const lines = Array.from({ length: store.log.end }, (_none, line) => store.log.line(line)?.text).join('\n');
  expect(lines).toContain('https://you:***@host/x?token=*** and ***');
  expect(lines).not.toMatch(secret);
  expect(JSON.stringify(store.state)).not.toMatch(secret);
});

it('a cancelled build keeps its code and the exit code of its signal', () => {
  const outcome = { ok: false, error: StiError.cancelled('SIGTERM'), tagKept: null } as const;
  expect(redactEvent({ type: 'build-finished', at, ms: 0, outcome }, secrets.redact)).toMatchObject({
    outcome: { error: { code: 'cancelled', exitCode: 143, message: 'cancelled by SIGTERM' } },
  });
});

it('the labels of an image have no secrets', () => {
  const result = {
    tag: 'a',
    imageId: 'b',
    digest: null,
    sbomDigest: null,
    addedBytes: 1,
    incremental: false,
    exposedPorts: [],
    steps: [],
  };
  const outcome = { ok: true, result: { ...result, labels: { message: text } } } as const;
  const redacted = redactEvent({ type: 'build-finished', at, ms: 0, outcome }, secrets.redact);
  expect(JSON.stringify(redacted)).not.toMatch(secret);
});

function shown({ message, hint, lastLines, cause }: StiError) {
  return { message, hint, lastLines, cause: cause instanceof Error ? cause.stack : cause };
}
