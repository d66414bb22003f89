import { spawn } from 'node:child_process';
import { removeLater } from './app-build.ts';
import { api } from './engine.ts';

/** `docker build` as engines have it without BuildKit. Rejects with all that it printed when it fails. */
export async function dockerBuild(folder: string, tag: string, dockerfile = 'Dockerfile'): Promise<string> {
  const context = spawn('tar', ['-C', folder, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const query = new URLSearchParams({ t: tag, dockerfile, forcerm: '1' });
  const answer = await api.call('POST', `/build?${query}`, { body: context.stdout });
  const lines = answer
    .toString()
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line): { stream?: string; error?: string } => JSON.parse(line));
  const printed = lines.map(({ stream = '', error = '' }) => stream + error).join('');
  // What a stage leaves has no name; the last is removed first, as it holds the others.
  const made = [...printed.matchAll(/---> ([0-9a-f]{12})$/gm)].map(([, id = '']) => id);
  for (const id of made.toReversed()) removeLater(id);
  if (lines.some(({ error }) => error !== undefined)) throw new Error(printed);
  return printed;
}
