// @ts-check
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appPort, scriptsFolder } from './dev-images.mjs';
import { untilAnswered } from './dev-page.mjs';
import { removeContainer } from './things.mjs';

/** What `docker run` does, by engine calls of this warm process: the least that another way of serving could take. */

/** After a start the engine is still at work for a moment. ms */
const settles = 300;

/**
 * Milliseconds from the create until the image's application has answered. `since`: count from an earlier moment.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @param {string} image
 * @param {number} [since]
 */
export async function runUntilAnswered({ api, signal, containerName }, image, since = performance.now()) {
  const name = containerName('run');
  await api.call('POST', `/containers/create?name=${name}`, { body: { Image: image }, signal });
  try {
    await api.call('POST', `/containers/${name}/start`, { signal });
    /** @type {{ NetworkSettings: { IPAddress: string } }} */
    const { NetworkSettings } = await api.json('GET', `/containers/${name}/json`, { signal });
    return (await untilAnswered({ host: NetworkSettings.IPAddress, port: appPort }, signal)) - since;
  } finally {
    await removeContainer(api, name);
  }
}

/**
 * Milliseconds from the create until a shell in the container has said its first word, as the gate does.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @param {string} image
 */
export async function startUntilReady({ api, signal, containerName }, image) {
  const name = containerName('start');
  const started = performance.now();
  const body = { Image: image, Cmd: ['/bin/sh', '-c', 'echo ready; exec sleep 60'] };
  await api.call('POST', `/containers/create?name=${name}`, { body, signal });
  try {
    const printed = await api.open('POST', `/containers/${name}/attach?stream=1&stdout=1`, { signal });
    const word = once(printed, 'data', { signal });
    await api.call('POST', `/containers/${name}/start`, { signal });
    await word;
    return performance.now() - started;
  } finally {
    await removeContainer(api, name);
  }
}

/**
 * Milliseconds that the image's application takes by itself: from the word to a container that waits until it answers.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @param {string} image
 */
export async function wakeUntilAnswered({ api, signal, containerName, freshPath }, image) {
  const name = containerName('wake');
  const folder = freshPath();
  mkdirSync(folder);
  const wait = `until test -e /word/now; do sleep 0.002; done; exec /${scriptsFolder}/run`;
  const body = { Image: image, Cmd: ['/bin/sh', '-c', wait], HostConfig: { Binds: [`${folder}:/word:ro`] } };
  await api.call('POST', `/containers/create?name=${name}`, { body, signal });
  try {
    await api.call('POST', `/containers/${name}/start`, { signal });
    /** @type {{ NetworkSettings: { IPAddress: string } }} */
    const { NetworkSettings } = await api.json('GET', `/containers/${name}/json`, { signal });
    await sleep(settles);
    const started = performance.now();
    writeFileSync(join(folder, 'now'), '');
    return (await untilAnswered({ host: NetworkSettings.IPAddress, port: appPort }, signal)) - started;
  } finally {
    await removeContainer(api, name);
  }
}
