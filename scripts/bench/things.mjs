// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineApiError } from '../engine-api.mjs';

/** What a benchmark has made on the engine, told by the names it begins with. */

/**
 * @param {import('../engine-api.mjs').EngineApi} api
 * @param {string} prefix
 */
export async function removeContainers(api, prefix) {
  const filters = encodeURIComponent(JSON.stringify({ name: [`^/?${prefix}`] }));
  /** @type {{ Id: string }[]} */
  const containers = await api.json('GET', `/containers/json?all=1&filters=${filters}`);
  for (const { Id } of containers) await removeContainer(api, Id);
}

/**
 * @param {import('../engine-api.mjs').EngineApi} api
 * @param {string} id
 */
export function removeContainer(api, id) {
  // 409: the engine is removing it already.
  return remove(api, `/containers/${id}?v=1&force=1`, [404, 409]);
}

/**
 * @param {import('../engine-api.mjs').EngineApi} api
 * @param {string} prefix
 */
export async function removeImages(api, prefix) {
  const filters = encodeURIComponent(JSON.stringify({ reference: [`${prefix}*`] }));
  /** @type {{ RepoTags: string[] }[]} */
  const images = await api.json('GET', `/images/json?filters=${filters}`);
  for (const tag of images.flatMap(({ RepoTags }) => RepoTags)) await removeImage(api, tag);
}

/**
 * @param {import('../engine-api.mjs').EngineApi} api
 * @param {string} tag
 */
export async function removeImage(api, tag) {
  for (let left = 20; ; left -= 1) {
    try {
      return await remove(api, `/images/${tag}`, [404]);
    } catch (error) {
      // 409: sti's last containers end a moment after it.
      if (left === 0 || !(error instanceof EngineApiError && error.status === 409)) throw error;
    }
    await sleep(250);
  }
}

/**
 * @param {import('../engine-api.mjs').EngineApi} api
 * @param {string} path
 * @param {readonly number[]} harmless statuses
 */
async function remove(api, path, harmless) {
  try {
    await api.call('DELETE', path);
  } catch (error) {
    if (!(error instanceof EngineApiError && harmless.includes(error.status))) throw error;
  }
}
