// @ts-check
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canInstall, install, onPath } from './apt.mjs';
import { findOrStartEngine } from './engine.mjs';
import { prepareProject, projectFolder } from './project.mjs';
import { ensureStaticBusybox } from './sample-builder.mjs';
import { script } from './terminal.mjs';

const { STI_KEEP_ENGINE } = process.env;

/** Programs that the tests use beside sti, a second engine among them, and the Debian packages that have them. */
const comparedWith = {
  bzip2: 'bzip2',
  git: 'git',
  openssl: 'openssl',
  podman: 'podman',
  xz: 'xz-utils',
  zip: 'zip',
};

await script(async (tests) => {
  tests.say('\nsti: unit, engine and end-to-end tests\n');
  process.chdir(projectFolder);
  let counts = countsOf('', true);
  // Deferred first, so it comes last.
  tests.defer(async () => tests.say(counts));
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
  const report = join(folder, 'report.json');
  const args = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ];
  try {
    await tests.run('node_modules/.bin/vitest', args, { env: { DOCKER_HOST: address, TMPDIR: folder }, show: true });
    counts = countsOf(report, false);
  } catch (error) {
    counts = countsOf(report, true);
    throw error;
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
  if (missing.length === 0) return;
  if (!canInstall) throw new Error(`Tests need programs that are not here: apt-get install ${missing.join(' ')}`);
  await install(tests, missing, 'tests need programs that are not here');
}

/**
 * The closing line that CI reads. A test file that could not be loaded, or an error outside of all tests, counts as a
 * failed test: `0 failed` is only said of a run that went well.
 *
 * @param {string} path of vitest's JSON report
 * @param {boolean} runFailed
 */
function countsOf(path, runFailed) {
  let passed = 0;
  let failed = 0;
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    const broken = report.testResults.filter(
      (/** @type {any} */ file) =>
        file.status === 'failed' && file.assertionResults.every((/** @type {any} */ test) => test.status !== 'failed'),
    );
    passed = report.numPassedTests;
    failed = report.numFailedTests + broken.length;
  } catch {
    // No report: vitest itself failed.
  }
  return `${passed} passed, ${Math.max(failed, runFailed ? 1 : 0)} failed`;
}
