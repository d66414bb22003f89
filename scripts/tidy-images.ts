import { type EngineApi, EngineApiError } from '../test/support/engine-api.ts';
import type { Script } from './terminal.mjs';

interface Listed {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
}

/**
 * At the end an image that was not here before goes, unless told to keep it; one that was has been replaced by the new
 * one, and its old self goes when nothing else needs it.
 */
export async function tidyAtEnd({ defer }: Script, api: EngineApi, tag: string, { keep = false } = {}): Promise<void> {
  const images = () => api.json<Listed[]>('GET', '/images/json');
  const idOf = async (name: string) => (await images()).find((listed) => tagsOf(listed).includes(name))?.Id;
  const before = await idOf(tag);
  defer(async () => {
    const now = await idOf(tag);
    if (now && !before && !keep) await api.call('DELETE', `/images/${tag}`);
    const replaced = now !== before && (await images()).find(({ Id }) => Id === before);
    if (replaced && tagsOf(replaced).length === 0) await api.call('DELETE', `/images/${before}`).catch(unlessInUse);
  });
}

function tagsOf({ RepoTags }: Listed): string[] {
  return (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>');
}

function unlessInUse(error: unknown): void {
  if (!(error instanceof EngineApiError && [404, 409].includes(error.status))) throw error;
}
