import { describe, expect, it } from 'vitest';
import { compare } from '../../source/verify/compare.ts';
import type {
  LiveObservation,
  Observation,
  ResponseObservation,
  RunObservation,
} from '../../source/verify/observation.ts';
import { observeBody } from '../../source/verify/observe/content.ts';
import { labelOf } from '../../source/verify/report.ts';
import { observation, plainRun } from './observations.ts';

const found = (a: Observation, b: Observation) => compare(a, b).differences.map(labelOf);
const withRun = (changes: Partial<RunObservation>) => observation({ run: { ...plainRun, ...changes } });
const withLive = (changes: Partial<LiveObservation>) => withRun({ live: { ...plainRun.live, ...changes } });
const [{ request, answer }] = plainRun.live.responses;
const answering = (changes: Partial<Exclude<ResponseObservation['answer'], string>>) =>
  withLive({ responses: [{ request, answer: { ...answer, ...changes } }] });
const withFile = (path: string, line: string) => observation({ files: new Map([[path, line]]) });
const withImage = (changes: Partial<Observation['image']>) =>
  observation({ image: { ...observation().image, ...changes } });

describe('of two observations', () => {
  it.each<[string, Observation, string[]]>([
    ['the exit code', withRun({ exitCode: 1 }), ['exit']],
    ['how it stops', withRun({ end: { how: 'killed', ms: 10_000 } }), ['stop']],
    ['how long it takes to stop', withRun({ end: { how: 'by its stop signal', ms: 5_000 } }), ['stop (time to stop)']],
    ['a line of the output', withRun({ stdout: ['listening on 8080', 'ready'] }), ['output:stdout']],
    ['a line of the errors', withRun({ stderr: [] }), ['output:stderr']],
    ['how often a line comes', withRun({ stdout: ['listening on 8080', 'listening on 8080'] }), ['output:stdout']],
    ['a status', answering({ status: 404 }), ['status:GET /']],
    ['a header', answering({ headers: [] }), ['header:server (GET /)']],
    ['a body', answering({ body: observeBody(Buffer.from('<h1>hullo</h1>\n')) }), ['body:GET /']],
    ['a body that is no text', answering({ body: observeBody(Buffer.from([0, 1])) }), ['body:GET /']],
    [
      'no answer',
      withLive({ responses: [{ request, answer: 'ECONNRESET' }] }),
      ['status:GET /', 'header:server (GET /)', 'body:GET /'],
    ],
    [
      'an open port',
      withLive({ listeners: [...plainRun.live.listeners, { address: '::', port: 9000 }] }),
      ['port:9000/tcp'],
    ],
    ['the address of a port', withLive({ listeners: [{ address: '127.0.0.1', port: 8080 }] }), ['port:8080/tcp']],
    ['an exposed port', withImage({ exposedPorts: [] }), ['port:8080/tcp (exposed)']],
    ['the user', withLive({ process: { ...plainRun.live.process, user: '0:0' } }), ['user']],
    ['a variable', withLive({ process: { user: '1001:0', env: ['MODE=test', 'PATH=/bin'] } }), ['env:MODE']],
    ['a file that is missing', observation({ files: new Map() }), ['file:/app/index.html']],
    ['the owner of a file', withFile('/app/index.html', '-rw-r--r-- 0:0 1f2e3d4c5b6a7988'), ['file:/app/index.html']],
    ['the mode of a file', withFile('/app/index.html', '-rw------- 1001:0 1f2e3d4c5b6a7988'), ['file:/app/index.html']],
    [
      'the content of a file',
      withFile('/app/index.html', '-rw-r--r-- 1001:0 0000000000000000'),
      ['file:/app/index.html'],
    ],
    [
      'what a command prints',
      withLive({ commands: [{ command: 'ls /app', exitCode: 0, output: '' }] }),
      ['exec:ls /app'],
    ],
    [
      'how a command ends',
      withLive({ commands: [{ command: 'ls /app', exitCode: 1, output: 'index.html\n' }] }),
      ['exec:ls /app (exit code)'],
    ],
    ['how much a build adds', withImage({ addedBytes: 30_000_000 }), ['size (what the build adds)']],
    ['how long a start takes', withRun({ startMs: 9_000 }), ['start (start-up)']],
  ])('%s is found, and nothing else', (_name, other, labels) => {
    expect(found(observation(), other)).toEqual(labels);
    expect(found(other, observation())).toEqual(labels);
  });

  it.each<[string, Observation]>([
    ['the size of the base', withImage({ size: 900_000_000 })],
    ['a little more time', withRun({ startMs: 900, end: { how: 'by its stop signal', ms: 300 } })],
    ['times, ids and process ids', withRun({ stdout: ['listening on 8080'] })],
    ['an etag', answering({})],
  ])('%s is no difference', (_name, other) => {
    expect(found(observation(), other)).toEqual([]);
  });

  it('what is in a log that is named by its time is none; its owner, a file that both have, and one in such a folder are', () => {
    const side = (path: string, owner: string, digest: string) =>
      withFile(path, `-rw-r--r-- ${owner} ${digest.padEnd(16, '0')}`);
    const log = (second: number) => `/app/_logs/2026-11-29T19_10_${second}_123Z-debug-0.log`;
    expect(found(side(log(40), '1001:0', 'a'), side(log(41), '1001:0', 'b'))).toEqual([]);
    expect(found(side(log(40), '1001:0', 'a'), side(log(41), '0:0', 'b'))).toEqual([
      'file:/app/_logs/(time)-debug-0.log',
    ]);
    const post = '/app/2026-11-29-news.html';
    expect(found(side(post, '1001:0', 'a'), side(post, '1001:0', 'b'))).toEqual(['file:/app/(time)-news.html']);
    const release = (day: number) => `/app/2026-11-${day}/index.html`;
    expect(found(side(release(28), '1001:0', 'a'), side(release(29), '1001:0', 'b'))).toEqual([
      'file:/app/(time)/index.html',
    ]);
  });

  it('the order of lines is one where each side always has its own, and none where it changes from run to run', () => {
    const [one, two] = [
      ['a', 'b'],
      ['b', 'a'],
    ];
    const runs = (...orders: string[][]) => observation({ runs: orders.map((stdout) => ({ ...plainRun, stdout })) });
    expect(found(runs(one, one), runs(two, two))).toEqual(['output:stdout']);
    expect(found(runs(one, one), runs(two, one))).toEqual([]);
  });

  it('what differs between runs of one side is noise, and named', () => {
    const counting = (...numbers: number[]) =>
      observation({ runs: numbers.map((number) => ({ ...plainRun, stdout: [`visitor ${number}`] })) });
    const { differences, noise } = compare(counting(1, 2), counting(3, 4));
    expect(differences).toEqual([]);
    expect(noise.map(labelOf)).toEqual(['output:stdout']);
  });

  it('what one side never has and the other has each time another way is one', () => {
    const withId = (...ids: string[]) =>
      observation({
        runs: ids.map((id) => ({
          ...plainRun,
          stdout: ['listening on 8080', `request ${id}`],
          live: {
            ...plainRun.live,
            responses: [
              { request, answer: { ...answer, headers: [...answer.headers, ['x-request-id', id] as const] } },
            ],
          },
        })),
      });
    const { differences } = compare(observation(), withId('one', 'two'));
    expect(differences).toEqual([
      { kind: 'output', name: 'stdout', detail: '', a: '1 line', b: '2 lines' },
      { kind: 'header', name: 'x-request-id', detail: 'GET /', a: 'none', b: 'one (and 1 more)' },
    ]);
    expect(found(withId('one', 'two'), withId('three', 'four'))).toEqual([]);
  });

  it('the lines between those that are noise are compared', () => {
    const run = (id: string, title: string) => ({ ...plainRun, stdout: [`visitor ${id}`, title] });
    const a = observation({ runs: [run('1', 'hello'), run('2', 'hello')] });
    const b = observation({ runs: [run('3', 'hullo'), run('4', 'hullo')] });
    expect(compare(a, b).differences).toMatchObject([{ name: 'stdout', a: 'hello', b: 'hullo' }]);
  });

  it('an application that is never ready is one difference, not one for each answer that it does not give', () => {
    const silent = withRun({ start: { how: 'silent', why: 'within 60 s' }, live: undefined });
    expect(compare(observation(), silent).differences).toMatchObject([
      { kind: 'start', a: 'ready', b: 'is not ready within 60 s' },
    ]);
  });

  it('one that the engine can not start is one difference, though it has no end', () => {
    const refused = withRun({
      start: { how: 'refused', why: 'no /bin/nope' },
      exitCode: 1,
      live: undefined,
    });
    expect(compare(observation(), refused).differences).toMatchObject([
      { kind: 'start', a: 'ready', b: "can't be started: no /bin/nope" },
    ]);
  });

  it('where a container does not tell what its process has, both images are asked', () => {
    const unknown = withLive({ process: { user: undefined, env: undefined } });
    expect(found(observation(), unknown)).toEqual([]);
    expect(found(unknown, withImage({ env: ['MODE=test', 'PATH=/bin'] }))).toEqual(['env:MODE']);
  });

  it('the value of a secret variable is told by neither side', () => {
    const withKey = (key: string) => withLive({ process: { user: '1001:0', env: [`API_KEY=${key}`] } });
    const { differences } = compare(withKey('abc'), withKey('xyz'));
    expect(differences).toEqual([{ kind: 'env', name: 'API_KEY', detail: '', a: '***', b: '***' }]);
  });
});
