import type { Context } from '../context.ts';

/** `sti __reap URL SESSION FOLDER WORD`: cleans up after a sti that died or lost its engine (build/reap.ts). */
export async function reapCommand(argv: readonly string[], context: Context): Promise<number> {
  const [url = '', session = '', folder = '', lastWord = ''] = argv;
  const { reap } = await import('../../build/workspace/reaper.ts');
  const { connectEngine } = await import('../../engine/connect.ts');
  const { env, homeDir } = context;
  const connect = () => connectEngine({ ...(url !== '' && { url }), env, homeDir });
  await reap(connect, { session, folder, commitStarted: lastWord === 'commit' });
  return 0;
}
