// @ts-check
import { EngineApiError } from './engine-api.mjs';

/**
 * At the end an image that was not here before goes, unless told to keep it; one that was has been replaced by the new
 * one, and its old self goes when nothing else needs it.
 *
 * @param {import('./terminal.mjs').Script} script
 * @param {import('./engine-api.mjs').EngineApi} api
 * @param {string} tag
 * @param {{ keep: boolean }} options
 */
export async function tidyAtEnd(script, api, tag, { keep }) {
  const before = (await imageTagged(tag))?.Id;
  script.defer(async () => {
    const now = (await imageTagged(tag))?.Id;
    if (now && !before && !keep) await api.call('DELETE', `/images/${tag}`);
    const replaced = now !== before && (await images()).find(({ Id }) => Id === before);
    if (replaced && tagsOf(replaced).length === 0) await api.call('DELETE', `/images/${before}`).catch(unlessInUse);
  });

  /** @returns {Promise<{ Id: string, RepoTags: string[] | null }[]>} */
  function images() {
    return api.json('GET', '/images/json');
  }

  /** @param {string} name */
  async function imageTagged(name) {
    return (await images()).find((listed) => tagsOf(listed).includes(name));
  }
}

/** @param {{ RepoTags: string[] | null }} listed */
function tagsOf({ RepoTags }) {
  return (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>');
}

/** @param {unknown} error */
function unlessInUse(error) {
  if (!(error instanceof EngineApiError && [404, 409].includes(error.status))) throw error;
}
