// @ts-check
import { once } from 'node:events';
import { appPort } from './dev-images.mjs';
import { untilAnswered } from './dev-page.mjs';
import { removeContainer } from './things.mjs';

/** What `docker run` does, by engine calls of this warm process: the least that another way of serving could take. */

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
