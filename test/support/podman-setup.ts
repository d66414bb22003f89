import { chmodSync, chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPodman } from './podman.ts';

/** A group that nobody is in. */
const socketGroup = 64_999;

/** The same tests on Podman: a service for the time of the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const storage = mkdtempSync(join(tmpdir(), 'sti-test-podman-'));
  const podman = await startPodman(storage);
  // As Docker's is its group's, which the ordinary user of the tests is in.
  const socket = podman.address.slice('unix://'.length);
  if (process.getuid?.() === 0) chownSync(socket, 0, socketGroup);
  chmodSync(socket, 0o660);
  chmodSync(storage, 0o711);
  project.provide('engineAddress', podman.address);
  project.provide('testRun', 'sti-test-podman');
  return () => podman.stop();
}
