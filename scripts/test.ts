import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { canInstall, install, onPath } from './apt.ts';
import { engineStep } from './engine.ts';
import { ensureStaticBusybox } from './sample-builder.ts';
import type { Script } from './terminal.mjs';

/** Programs that the tests use beside sti, a second engine among them, and the Debian packages that have them. */
const comparedWith = {
  ...{ buildah: 'buildah', bzip2: 'bzip2', 'docker-registry': 'docker-registry', curl: 'curl', docker: 'docker.io' },
  ...{ git: 'git', openssl: 'openssl', podman: 'podman', ruby: 'ruby', bundle: 'bundler', ssh: 'openssh-client' },
  ...{ newuidmap: 'uidmap', rootlesskit: 'rootlesskit', slirp4netns: 'slirp4netns' },
  ...{ sshd: 'openssh-server', xz: 'xz-utils', zip: 'zip' },
};

/** What the templates' builders are made of: files of Debian's packages, as others of the same name may be somebody's own. */
const builtOf = {
  ...{ '/usr/bin/cargo': 'cargo', '/usr/bin/composer': 'composer', '/usr/bin/go': 'golang-go' },
  ...{ '/usr/bin/javac': 'default-jdk-headless', '/usr/bin/php': 'php-cli' },
  ...{ '/usr/lib/python3': 'python3-venv', '/usr/share/python-wheels': 'python3-venv' },
};

/** All tests: unit, engine and end-to-end. What follows in the command line is for vitest. */
export default async function test(script: Script, words: readonly string[]): Promise<void> {
  let report: Report | undefined;
  let failed = true;
  // Deferred first, so it comes last.
  script.defer(async () => {
    if (report) script.say(slowestOf(report) + secondTriesOf(report));
    script.say(countsOf(report, failed));
  });
  const { address } = await engineStep(script, { inMemory: true });
  await script.step('tools', async () => {
    await ensurePrograms(script);
    const busybox = await ensureStaticBusybox(script);
    if (!busybox) throw new Error('Tests make their images from a static busybox: apt-get install busybox-static');
    return `${busybox} for images, ${Object.keys(comparedWith).join(', ')}`;
  });

  // Whatever the tests leave, even when they are stopped half-way, goes with this folder. Other users' tests reach into it.
  const folder = mkdtempSync(join(tmpdir(), 'sti-test-'));
  chmodSync(folder, 0o1777);
  script.defer(async () => {
    // A Podman that was stopped half-way leaves its storage mounted onto itself.
    for (const mounted of mountsBelow(folder)) spawnSync('umount', [mounted]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const path = join(folder, 'report.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${path}`, ...words];
  try {
    await script.run('node_modules/.bin/vitest', args, { env: { DOCKER_HOST: address, TMPDIR: folder }, show: true });
    failed = false;
  } finally {
    // Without one, vitest itself failed.
    if (existsSync(path)) report = JSON.parse(readFileSync(path, 'utf8'));
  }
}

function mountsBelow(folder: string): string[] {
  const mounts = existsSync('/proc/mounts') ? readFileSync('/proc/mounts', 'utf8').split('\n') : [];
  return mounts.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${folder}/`));
}

async function ensurePrograms(script: Script): Promise<void> {
  const missing = Object.entries(comparedWith).flatMap(([program, name]) => (onPath(program) ? [] : [name]));
  missing.push(...Object.entries(builtOf).flatMap(([path, name]) => (existsSync(path) ? [] : [name])));
  if (missing.length === 0) return;
  if (!canInstall) throw new Error(`Tests need programs that are not here: apt-get install ${missing.join(' ')}`);
  await install(script, missing, 'tests need programs that are not here');
}

/** What is used of vitest's JSON report; times are in milliseconds. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function slowestOf({ testResults }: Report): string {
  const files = testResults.map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }));
  const slowest = files.sort((one, other) => other.seconds - one.seconds).slice(0, 10);
  const lines = slowest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${relative('', name)}`);
  return `\nThe slowest files:\n${lines.join('\n')}\n`;
}

/** Tests that failed and then passed: each is to be looked into. */
function secondTriesOf({ testResults }: Report): string {
  const lines = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
      .map(
        (test) => `  ${relative('', name)}: ${test.fullName}\n    ${test.failureMessages[0]?.split('\n')[0] ?? ''}\n`,
      ),
  );
  return lines.length === 0 ? '' : `\nPassed only at the second try:\n${lines.join('')}`;
}

/**
 * The closing line that CI reads. A test file that could not be loaded, or an error outside of all tests, counts as a
 * failed test: `0 failed` is only said of a run that went well.
 */
function countsOf(report: Report | undefined, runFailed: boolean): string {
  const broken = (report?.testResults ?? []).filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = (report?.numFailedTests ?? 0) + broken.length;
  return `${report?.numPassedTests ?? 0} passed, ${Math.max(failed, runFailed ? 1 : 0)} failed`;
}
