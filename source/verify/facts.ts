import type { Value } from './judge.ts';
import { normalise, normaliseLines, normalisePath } from './normalise.ts';
import type {
  BodyObservation,
  LiveObservation,
  Observation,
  ProcessObservation,
  ResponseObservation,
  RunObservation,
} from './observation.ts';
import type { Kind } from './request.ts';

/** One thing that a user can see. */
export interface Thing {
  readonly kind: Kind;
  /** What of its kind it is, as rules name it: `x-powered-by`, `/opt/app/server.js`. */
  readonly name: string;
  /** What of that, or where: `GET /`. */
  readonly detail: string;
}

/** What was seen of it. */
interface Fact extends Thing {
  readonly value: Value;
}

/** Each a list of looks: at the image, which is looked at once, and at its runs as far as they have come. */
export interface Facts {
  readonly image: readonly Look[];
  readonly starts: readonly Look[];
  /** Of each run that has begun. */
  readonly ends: readonly Look[];
  /** Of each run that got ready. */
  readonly live: readonly Look[];
}

export type Look = readonly Fact[];

/** What of their first processes is known of all runs of both sides; else both images are asked. */
export interface Known {
  readonly user: boolean;
  readonly env: boolean;
}

/** @param other the other side */
export function factsOf({ image, files, runs }: Observation, other: Observation, known: Known): Facts {
  return {
    image: [
      [
        ...image.exposedPorts.map((port) => fact('port', port, 'exposed', 'exposed')),
        ...fileFacts(files, other.files),
        ...processFacts({
          user: known.user ? undefined : image.user || 'root',
          env: known.env ? undefined : image.env,
        }),
      ],
    ],
    starts: runs.map(({ start }) => [fact('start', '', '', startInWords(start))]),
    ends: runs.filter(({ start }) => start.how !== 'refused').map(endFacts),
    live: runs.flatMap(({ live }) => {
      if (live === undefined) return [];
      const { user, env } = live.process;
      const process = { user: known.user ? user : undefined, env: known.env ? env : undefined };
      return [[...liveFacts(live), ...processFacts(process)]];
    }),
  };
}

function fact(kind: Kind, name: string, detail: string, value: Value): Fact {
  return { kind, name, detail, value };
}

/**
 * Files whose names differ by a time or an id only are one fact. One with a time in its name that the other side has not tells of
 * one build, such as a log of npm: its content doesn't count, as its lines may be others, or in another order, each time.
 */
function fileFacts(files: Observation['files'], others: Observation['files']): Fact[] {
  const byName = new Map<string, string[]>();
  for (const [path, text] of files) {
    const name = normalisePath(path);
    const isOfOneBuild = !others.has(path) && /\(time\)[^/]*$/.test(name);
    byName.set(name, [...(byName.get(name) ?? []), isOfOneBuild ? withoutDigest(text) : text]);
  }
  return [...byName].map(([name, texts]) => fact('file', name, '', texts.toSorted()));
}

function withoutDigest(line: string): string {
  return line.replace(/^(-\S+(?: \d+)? \S+) [\da-f]+$/, '$1');
}

export function startInWords(start: RunObservation['start']): string {
  switch (start.how) {
    case 'ready':
      return 'ready';
    case 'ended':
      return 'ends by itself';
    case 'silent':
      return `is not ready ${start.why}`;
    case 'refused':
      return `can't be started: ${start.why}`;
  }
}

function endFacts({ end, exitCode, stdout, stderr }: RunObservation): Fact[] {
  return [
    fact('exit', '', '', String(exitCode)),
    fact('stop', '', '', end.how === 'killed' ? 'has to be killed' : `ends ${end.how}`),
    fact('output', 'stdout', '', stdout.map(normalise)),
    fact('output', 'stderr', '', stderr.map(normalise)),
  ];
}

function liveFacts({ responses, commands, listeners }: LiveObservation): Fact[] {
  const ports = new Map<string, Set<string>>();
  for (const { address, port } of listeners) {
    const name = `${port}/tcp`;
    ports.set(name, (ports.get(name) ?? new Set()).add(addressOf(address)));
  }
  return [
    ...responses.flatMap(responseFacts),
    ...commands.flatMap(({ command, exitCode, output }) => [
      fact('exec', command, 'exit code', String(exitCode)),
      fact('exec', command, '', normaliseLines(output)),
    ]),
    ...[...ports].map(([name, addresses]) => fact('port', name, '', `open on ${[...addresses].sort().join(', ')}`)),
  ];
}

function addressOf(address: string): string {
  if (address === '0.0.0.0' || address === '::') return 'all addresses';
  return address.startsWith('127.') || address === '::1' ? 'loopback' : normalise(address);
}

function processFacts({ user, env = [] }: ProcessObservation): Fact[] {
  const variables = env.map((pair) => {
    const [, name = pair, value = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    return fact('env', name, '', normalise(value));
  });
  return [...(user === undefined ? [] : [fact('user', '', '', user)]), ...variables];
}

function responseFacts({ request: { method, path }, answer }: ResponseObservation): Fact[] {
  const name = `${method} ${path}`;
  if (typeof answer === 'string') return [fact('status', name, '', `no answer: ${answer}`)];
  const { status, headers, body } = answer;
  return [
    fact('status', name, '', String(status)),
    ...headers.map(([header, value]) => fact('header', header, name, headerValue(header, value, body.length))),
    fact('body', name, '', bodyValue(body)),
  ];
}

function headerValue(name: string, value: string, bodyLength: number): string {
  // It says whether the body is another one, and bodies are compared themselves.
  if (name === 'etag') return '(etag)';
  return name === 'content-length' && value === String(bodyLength) ? '(length of the body)' : normalise(value);
}

/** Text by lines, else its digest. */
function bodyValue({ length, digest, text }: BodyObservation): Value {
  return text === undefined ? `${length} bytes sha256:${digest}` : normaliseLines(text);
}
