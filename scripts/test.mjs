// @ts-check
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { canInstall, install, onPath } from './apt.mjs';
import { findOrStartEngine } from './engine.mjs';
import { prepareProject, projectFolder } from './project.mjs';
import { ensureStaticBusybox } from './sample-builder.mjs';
import { script } from './terminal.mjs';

const { STI_KEEP_ENGINE } = process.env;

/** Programs that the tests use beside sti, a second engine among them, and the Debian packages that have them. */
const comparedWith = {
  buildah: 'buildah',
  bzip2: 'bzip2',
  'docker-registry': 'docker-registry',
  curl: 'curl',
  docker: 'docker.io',
  git: 'git',
  openssl: 'openssl',
  podman: 'podman',
  ruby: 'ruby',
  bundle: 'bundler',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
  xz: 'xz-utils',
  zip: 'zip',
};

await script(async (tests) => {
  tests.say('\nsti: unit, engine and end-to-end tests\n');
  process.chdir(projectFolder);
  /** @type {Report | undefined} */
  let report;
  let failed = true;
  // Deferred first, so it comes last.
  tests.defer(async () => {
    if (report) tests.say(slowestOf(report) + secondTriesOf(report));
    tests.say(countsOf(report, failed));
  });
  await prepareProject(tests);

  let address = '';
  await tests.step('engine', async () => {
    const engine = await findOrStartEngine(tests, { keep: STI_KEEP_ENGINE === '1' });
    address = engine.address;
    return engine.summary;
  });
  await tests.step('tools', async () => {
    await ensurePrograms(tests);
    const busybox = await ensureStaticBusybox(tests);
    if (!busybox) throw new Error('Tests make their images from a static busybox: apt-get install busybox-static');
    return `${busybox} for images, ${Object.keys(comparedWith).join(', ')}`;
  });

  // Whatever the tests leave, even when they are stopped half-way, goes with this folder. Other users' tests reach into it.
  const folder = mkdtempSync(join(tmpdir(), 'sti-test-'));
  chmodSync(folder, 0o1777);
  tests.defer(async () => {
    // A Podman that was stopped half-way leaves its storage mounted onto itself.
    for (const mounted of mountsBelow(folder)) spawnSync('umount', [mounted]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const path = join(folder, 'report.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${path}`, ...process.argv.slice(2)];
  try {
    await tests.run('node_modules/.bin/vitest', args, { env: { DOCKER_HOST: address, TMPDIR: folder }, show: true });
    failed = false;
  } finally {
    // Without one, vitest itself failed.
    if (existsSync(path)) report = JSON.parse(readFileSync(path, 'utf8'));
  }
});

/** @param {string} folder */
function mountsBelow(folder) {
  const mounts = existsSync('/proc/mounts') ? readFileSync('/proc/mounts', 'utf8').split('\n') : [];
  return mounts.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${folder}/`));
}

/** @param {import('./terminal.mjs').Script} tests */
async function ensurePrograms(tests) {
  const missing = Object.entries(comparedWith).flatMap(([program, name]) => (onPath(program) ? [] : [name]));
  // Builders for Python are made of this machine's packages; `python3` may be somebody's own.
  if (!existsSync('/usr/lib/python3') || !existsSync('/usr/share/python-wheels')) missing.push('python3-venv');
  if (missing.length === 0) return;
  if (!canInstall) throw new Error(`Tests need programs that are not here: apt-get install ${missing.join(' ')}`);
  await install(tests, missing, 'tests need programs that are not here');
}

/**
 * What is used of vitest's JSON report; times are in milliseconds.
 *
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {{ name: string, status: string, startTime: number, endTime: number, assertionResults: Result[] }[]} testResults
 *
 * @typedef {{ fullName: string, status: string, failureMessages: string[] }} Result
 */

/** @param {Report} report */
function slowestOf({ testResults }) {
  const files = testResults.map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }));
  const slowest = files.sort((one, other) => other.seconds - one.seconds).slice(0, 10);
  const lines = slowest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${relative('', name)}`);
  return `\nThe slowest files:\n${lines.join('\n')}\n`;
}

/**
 * Tests that failed and then passed: each is to be looked into.
 *
 * @param {Report} report
 */
function secondTriesOf({ testResults }) {
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
 *
 * @param {Report | undefined} report
 * @param {boolean} runFailed
 */
function countsOf(report, runFailed) {
  const broken = (report?.testResults ?? []).filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = (report?.numFailedTests ?? 0) + broken.length;
  return `${report?.numPassedTests ?? 0} passed, ${Math.max(failed, runFailed ? 1 : 0)} failed`;
}
