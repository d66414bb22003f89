import { describe, expect, it } from 'vitest';
import { compare } from '../../source/verify/compare.ts';
import { areFar } from '../../source/verify/measures.ts';
import { excerpts, reportJson, reportLines } from '../../source/verify/report.ts';
import { observation, plainRun } from './observations.ts';

const builders = ['nodejs-20', 'nodejs-22'] as const;
const other = observation({
  runs: ['x', 'y'].map((id) => ({ ...plainRun, exitCode: 1, stderr: [id], stdout: ['listening on 8080', 'ready'] })),
});

describe('the report', () => {
  it('has a row for each difference, what was measured, and what could not be compared', () => {
    expect(reportLines(compare(observation(), other, [{ kind: 'exit' }]), builders)).toEqual([
      'A  nodejs-20',
      'B  nodejs-22',
      '',
      'difference     A          B',
      'output:stdout  none       ready',
      'output:stderr  a warning  none',
      '',
      'measured             A      B',
      'start-up             0.40s  0.40s',
      'time to stop         0.02s  0.02s',
      'what the build adds  40 kB  40 kB',
      'whole image          90 MB  90 MB',
      '',
      '2 differences that a user can see (1 ignored)',
    ]);
  });

  it('gives a line of its own to each text that no column holds', () => {
    const why = 'within 60 s, nothing answers on 8080; the application listens on 9292';
    const silent = observation({ run: { ...plainRun, start: { how: 'silent', why }, live: undefined } });
    expect(reportLines(compare(observation(), silent), builders).slice(3, 8)).toEqual([
      'difference',
      'start',
      '  A  ready',
      `  B  is not ready ${why}`,
      '',
    ]);
  });

  it('says that there is none', () => {
    expect(reportLines(compare(observation(), observation()), builders).at(-1)).toBe(
      'no difference that a user can see',
    );
  });

  it('names what differs from run to run', () => {
    const noisy = observation({ runs: ['1', '2'].map((line) => ({ ...plainRun, stdout: [line] })) });
    const noisier = observation({ runs: ['3', '4'].map((line) => ({ ...plainRun, stdout: [line] })) });
    expect(reportLines(compare(noisy, noisier), builders)).toContain(
      'not compared, as it differs from run to run: output:stdout',
    );
  });

  it('shows of many differences the first, and counts the others', () => {
    const files = new Map(Array.from({ length: 70 }, (_, id): [string, string] => [`/app/${id}`, 'x']));
    const lines = reportLines(compare(observation(), observation({ files })), builders);
    expect(lines).toContain('11 more: --json has all of them');
  });

  it('shows what an image named on one line, and as nothing that a terminal obeys', () => {
    const files = new Map([['/app/a\nb\u001b[2J', 'x']]);
    const verdict = compare(observation(), observation({ files }));
    expect(reportLines(verdict, builders)[5]).toMatch(/^file:\/app\/a b +none +x$/);
    expect(reportJson(verdict, builders)).not.toContain('2J');
  });

  it('is one document for programs', () => {
    const report: unknown = JSON.parse(reportJson(compare(observation(), other), builders));
    expect(report).toMatchObject({ a: 'nodejs-20', b: 'nodejs-22', same: false, ignored: 0 });
    expect(report).toHaveProperty('differences.0', { kind: 'exit', name: '', detail: '', a: '0', b: '1' });
  });
});

it('of long texts the place is shown at which they part', () => {
  const same = 'x'.repeat(300);
  expect(excerpts(`${same}hello`, `${same}hullo`)).toEqual([`…${'x'.repeat(59)}hello`, `…${'x'.repeat(59)}hullo`]);
  expect(excerpts(`a${same}`, `b${same}`)).toEqual([`a${'x'.repeat(238)}…`, `b${'x'.repeat(238)}…`]);
  expect(excerpts(same, '')).toEqual([`${'x'.repeat(239)}…`, '']);
});

it('figures are far apart where even the nearest are', () => {
  expect(areFar([10_000, 11_000], [1_000, 2_000], 2_000)).toBe(true);
  expect(areFar([1_000, 2_000], [10_000, 11_000], 2_000)).toBe(true);
  expect(areFar([10_000, 3_000], [1_000, 2_000], 2_000)).toBe(false);
  expect(areFar([100], [10], 2_000)).toBe(false);
});
