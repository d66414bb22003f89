import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../source/verify/compare.ts';
import type { Observation, RunObservation } from '../../source/verify/observation.ts';
import { observeBody } from '../../source/verify/observe/content.ts';
import { labelOf } from '../../source/verify/report.ts';
import { parseRule } from '../../source/verify/request.ts';
import { plainRun } from './observations.ts';

const found = (a: Observation, b: Observation) => compare(a, b).differences.map(labelOf);
const [{ request }] = plainRun.live.responses;
const text = fc.constantFrom('a', 'b', 'listening on 8080', 'at 12:00:00', 'x'.repeat(20));
const lines = fc.array(text, { maxLength: 4 });
const answers = fc.oneof(
  fc.constantFrom('ECONNRESET', 'not within 30 s'),
  fc.record({
    status: fc.constantFrom(200, 404),
    headers: fc.array(fc.tuple(fc.constantFrom('server', 'etag', 'date'), text), { maxLength: 2 }),
    body: fc.oneof(text, fc.string()).map((body) => observeBody(Buffer.from(body))),
  }),
);
const live = fc.record({
  responses: fc.array(
    fc.record({ request: fc.constantFrom(request, { method: 'HEAD', path: '/a' }), answer: answers }),
    {
      maxLength: 3,
    },
  ),
  commands: fc.array(fc.record({ command: text, exitCode: fc.nat(2), output: text }), { maxLength: 2 }),
  listeners: fc.array(fc.record({ address: fc.constantFrom('::', '127.0.0.1', '172.17.0.2'), port: fc.nat(3) })),
  process: fc.record({
    user: fc.option(text, { nil: undefined }),
    env: fc.option(lines, { nil: undefined }),
  }),
});
const run: fc.Arbitrary<RunObservation> = fc.record({
  start: fc.oneof(
    fc.record({ how: fc.constantFrom('ready' as const, 'ended' as const) }),
    fc.record({ how: fc.constantFrom('silent' as const, 'refused' as const), why: text }),
  ),
  startMs: fc.nat(20_000),
  end: fc.record({ how: fc.constantFrom('by itself' as const, 'killed' as const), ms: fc.nat(20_000) }),
  exitCode: fc.nat(2),
  stdout: lines,
  stderr: lines,
  live: fc.option(live, { nil: undefined }),
});
const observations: fc.Arbitrary<Observation> = fc.record({
  image: fc.record({
    user: text,
    env: lines,
    exposedPorts: lines,
    size: fc.nat(),
    addedBytes: fc.nat(),
  }),
  files: fc.array(fc.tuple(fc.constantFrom('/a', '/a/b', '/log-2026-11-29'), text)).map((pairs) => new Map(pairs)),
  runs: fc.array(run, { minLength: 1, maxLength: 3 }),
});

describe('whatever was observed', () => {
  it('differs in nothing from itself', () => {
    fc.assert(
      fc.property(observations, (same) => {
        expect(found(same, same)).toEqual([]);
      }),
    );
  });

  it('differs from another as that from it', () => {
    fc.assert(
      fc.property(observations, observations, (a, b) => {
        const turned = compare(b, a).differences.map((one) => ({ ...one, a: one.b, b: one.a }));
        const sorted = (all: readonly { a: string }[]) =>
          all.map((one) => JSON.stringify(one, Object.keys(one).sort())).sort();
        expect(sorted(compare(a, b).differences)).toEqual(sorted(turned));
      }),
    );
  });

  it('differs in nothing but what no rule names', () => {
    fc.assert(
      fc.property(observations, observations, fc.nat(), (a, b, seed) => {
        const { differences } = compare(a, b);
        const kept = differences[seed % Math.max(1, differences.length)];
        const others = differences.filter(({ kind, name }) => kind !== kept?.kind || name !== kept.name);
        const rules = others.flatMap(({ kind, name }) => parseRule(name === '' ? kind : `${kind}:${name}`) ?? []);
        const left = compare(a, b, rules);
        expect(left.differences.every(({ kind, name }) => kind === kept?.kind && name === kept.name)).toBe(true);
        expect(left.differences.length + left.ignored).toBe(differences.length);
      }),
    );
  });

  it('is compared without what changes from run to run', () => {
    fc.assert(
      fc.property(observations, run, (a, other) => {
        const restless = { ...a, runs: [...a.runs, other] };
        const steady = compare({ ...a, files: new Map() }, { ...restless, files: new Map() }).differences;
        // Only what each run has the same may be left, and that is what `a` has too.
        expect(
          steady.filter(({ kind, detail }) => kind !== 'start' && kind !== 'stop' && detail !== 'start-up'),
        ).toEqual(steady.filter(({ kind }) => kind === 'env' || kind === 'user'));
      }),
    );
  });
});
