import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { build } from '../../source/build/build.ts';
import type { BuildRequest } from '../../source/build/request.ts';
import { machineHash } from '../../source/build/workspace/id.ts';
import { connectEngine } from '../../source/engine/connect.ts';
import { usualLimits } from '../../source/engine/http/limits.ts';
import { parseImageReference } from '../../source/protocol/image/reference.ts';
import { Secrets } from '../../source/protocol/secrets.ts';
import { appSource } from '../support/app-build.ts';
import { makeBuilder } from '../support/builders.ts';
import { api, inspectImage, removeImage, testName, testTag } from '../support/engine.ts';
import { type BadAnswer, badAnswers, startFalseEngine } from '../support/false-engine.ts';
import { plainHttp } from '../support/http-client.ts';
import { tempFolder } from '../support/temp.ts';

/** Long enough for this engine on a busy machine, and far shorter than people would wait. */
const short = { greeting: 4_000, ping: 4_000, short: 4_000, silence: 4_000, commit: 4_000 };

interface Case {
  readonly call: string;
  /** As {@link startFalseEngine} has it. */
  readonly pattern: RegExp;
  readonly request?: Partial<BuildRequest>;
  readonly over?: 'tcp';
}

/** What a build cannot do without, early and late. */
const needed: readonly Case[] = [
  { call: 'the greeting', pattern: /^GET \/_ping/ },
  { call: 'the look at the builder', pattern: /^GET \/images\/.*-builder-.*\/json/ },
  { call: 'the look at the image before', pattern: /^GET \/images\/.*-app-.*\/json/ },
  { call: 'a pull', pattern: /^POST \/images\/create/, request: { pullPolicy: 'always' } },
  { call: 'the making of a container', pattern: /^POST \/containers\/create\?name=.*-build-/ },
  { call: 'the making of a container to look into', pattern: /^POST \/containers\/create\?name=.*-probe-/ },
  { call: 'the attaching', pattern: /^POST \/containers\/.*\/attach/ },
  { call: 'the start', pattern: /^POST \/containers\/.*\/start/ },
  { call: 'the look for a script', pattern: /^HEAD \/containers\/.*\/archive/ },
  { call: 'the reading of a folder', pattern: /^GET \/containers\/.*\/archive/ },
  { call: 'the unpacking of files', pattern: /^PUT \/containers\/.*\/archive/, request: { transport: 'upload' } },
  { call: 'the making of an exec', pattern: /^POST \/containers\/.*\/exec/, over: 'tcp' },
  { call: 'the start of an exec', pattern: /^POST \/exec\/.*\/start/, over: 'tcp' },
  { call: 'the end of an exec', pattern: /^GET \/exec\/.*\/json/, over: 'tcp' },
  { call: 'the commit', pattern: /^POST \/commit/ },
  { call: 'the look at the new image', pattern: /^GET \/images\/sha256:.*\/json/ },
  { call: 'the tag', pattern: /^POST \/images\/.*\/tag/ },
];

/** What is only tidied up with: the build is good without. */
const tidying: readonly Case[] = [
  { call: 'the list of containers', pattern: /^GET \/containers\/json/ },
  { call: 'the list of images', pattern: /^GET \/images\/json/ },
];

/** What comes after the tag has moved. */
const sending: readonly Case[] = [
  { call: 'a push', pattern: /^POST \/images\/.*\/push/, request: { push: true } },
  {
    call: 'the saving of an image',
    pattern: /^GET \/images\/.*\/get/,
    request: { outputs: [{ form: 'oci', path: 'of each test' }] },
  },
];

const answers = Object.keys(badAnswers).filter((name): name is BadAnswer => name in badAnswers);

/** Checks a few at a time: most of a build is waiting for its engine. The first that fails says which call it was. */
async function forEachOf(cases: readonly Case[], check: (broken: Case) => Promise<void>): Promise<void> {
  await makeBuilder('no save-artifacts');
  const left = [...cases];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      try {
        await check(next);
      } catch (cause) {
        throw new Error(`${next.call}: ${cause}`, { cause });
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: 5 }, work));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

/** A build whose engine gives this answer to this call, and only there. */
async function buildWith({ pattern, request, over }: Case, bad: BadAnswer) {
  const engine = await startFalseEngine(pattern, badAnswers[bad], over);
  const identity = testName('identity');
  const tag = testTag('app');
  const tmpDir = tempFolder();
  const said: string[] = [];
  onTestFinished(() => removeContainers(identity));
  const outcome = await build(
    {
      source: appSource(),
      builder: parseImageReference(await makeBuilder('no save-artifacts')),
      tag: parseImageReference(tag),
      env: [],
      envFile: [],
      labels: {},
      clean: false,
      removePrevious: false,
      pullPolicy: 'if-not-present',
      keepWorkspace: false,
      artifactsTimeout: 60_000,
      ...request,
    },
    {
      emit: (event) => {
        if (event.type === 'warning') said.push(event.message);
      },
      signal: new AbortController().signal,
      cwd: tmpDir,
      cacheDir: tempFolder(),
      tmpDir,
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      pid: process.pid,
      identity,
      selinux: false,
      secrets: new Secrets(),
      http: plainHttp,
      isAlive: () => true,
    },
    () =>
      connectEngine({
        url: engine.address,
        env: {},
        homeDir: '/nonexistent',
        limits: bad === 'nothing' ? short : usualLimits,
      }),
  );
  return { outcome, said, tag, tmpDir, ...engine };
}

/** What is left of the source: the empty folder of a session whose engine was lost is a mark for the next sti. */
function copiesIn(tmpDir: string): string[] {
  return readdirSync(tmpDir).flatMap((session) => readdirSync(join(tmpDir, session)));
}

/** Those that a false answer has kept. */
async function removeContainers(identity: string): Promise<void> {
  const containers = await api.json<{ Id: string; Names: string[] }[]>('GET', '/containers/json?all=1');
  const ours = containers.filter(({ Names }) =>
    Names.some((name) => name.startsWith(`/sti-${machineHash(identity)}-`)),
  );
  await Promise.all(ours.map(({ Id }) => api.call('DELETE', `/containers/${Id}?force=1&v=1`).catch(() => {})));
}

describe('a build that needs the answer ends with a reason that names the engine, and leaves nothing, for', () => {
  it.each(answers)('%s', (bad) =>
    forEachOf(needed, async (broken) => {
      const { outcome, tag, tmpDir, address, lies } = await buildWith(broken, bad);
      expect(lies(), 'how often the call was made').toBeGreaterThan(0);
      if (outcome.ok) throw new Error('the build succeeded');
      const { error } = outcome;
      expect(error.code, error.stack).toMatch(/^(engine-(unreachable|lost|failed)|builder|commit)$/);
      expect(error.message).toContain(address);
      expect(error.hint).toBeDefined();
      expect(copiesIn(tmpDir)).toEqual([]);
      expect(await inspectImage(tag)).toBeUndefined();
    }),
  );
});

describe('a build that only sends its image with the answer ends with a reason, and image and tag stay, for', () => {
  it.each(['JSON that is cut', '{}', 'a closed connection', 'an answer without end'] as const)('%s', (bad) =>
    forEachOf(sending, async (broken) => {
      const path = join(tempFolder(), 'image.tar');
      const outputs = broken.request?.outputs?.map((output) => ({ ...output, path }));
      const { outcome, tag, lies, tmpDir } = await buildWith(
        { ...broken, request: { ...broken.request, ...(outputs && { outputs }) } },
        bad,
      );
      expect(lies(), 'how often the call was made').toBeGreaterThan(0);
      if (outcome.ok) throw new Error('the build succeeded');
      const { error, tagKept, tagMoved } = outcome;
      expect(error.code, error.stack).toMatch(/^(engine-(lost|failed)|push|export)$/);
      expect(error.hint).toBeDefined();
      expect({ tagKept, tagMoved }).toEqual({ tagKept: null, tagMoved: tag });
      expect(copiesIn(tmpDir)).toEqual([]);
      expect(readdirSync(dirname(path))).toEqual([]);
      expect(await inspectImage(tag)).toBeDefined();
      await removeImage(tag);
    }),
  );
});

describe('a build that only tidies up with the answer is good, for', () => {
  it.each(answers)('%s', (bad) =>
    forEachOf(tidying, async (broken) => {
      const { outcome, tag, tmpDir } = await buildWith(broken, bad);
      expect(outcome).toMatchObject({ ok: true });
      expect(readdirSync(tmpDir)).toEqual([]);
      expect(await inspectImage(tag)).toBeDefined();
      await removeImage(tag);
    }),
  );
});
