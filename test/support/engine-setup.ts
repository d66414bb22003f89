import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { engineApi, engineAt } from './engine-api.ts';
import { staticBusybox } from './images.ts';

declare module 'vitest' {
  interface ProvidedContext {
    engineAddress: string;
    /** What every image and container of this run's tests has in its name. */
    testRun: string;
  }
}

const { DOCKER_HOST } = process.env;
const engineAddress = DOCKER_HOST || 'unix:///var/run/docker.sock';

/** Fails at once, in words, when tests could only fail one by one; removes this run's images and containers at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if ((await engineAt(engineAddress)) === undefined) {
    throw new Error(
      `These tests need a container engine and none answers at ${engineAddress}: run \`npm test\`, which starts one.`,
    );
  }
  if ((await staticBusybox()) === undefined) {
    throw new Error('These tests make their images from a static busybox: apt-get install busybox-static');
  }
  const testRun = `sti-test-${randomBytes(4).toString('hex')}`;
  project.provide('engineAddress', engineAddress);
  project.provide('testRun', testRun);
  return () => removeAll(testRun);
}

interface Listed {
  readonly Id: string;
  readonly Names?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly RepoTags?: readonly string[] | null;
}

async function removeAll(testRun: string): Promise<void> {
  const api = engineApi(engineAddress);
  for (const { Id, Names } of await api.json<Listed[]>('GET', '/containers/json?all=1')) {
    if (Names?.some((name) => name.includes(testRun))) await api.call('DELETE', `/containers/${Id}?force=1&v=1`);
  }
  for (const { Id, RepoTags, Labels } of await api.json<Listed[]>('GET', '/images/json')) {
    // A build that was killed while the engine committed it leaves an image that only its labels tell whose it is.
    const builder = Labels?.['io.openshift.s2i.build.image'] ?? '';
    const named = (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>');
    if (named.length === 0 && builder.includes(testRun)) await api.call('DELETE', `/images/${Id}`).catch(() => {});
    for (const tag of RepoTags ?? []) {
      if (tag.includes(testRun)) await api.call('DELETE', `/images/${tag}`);
    }
  }
}
