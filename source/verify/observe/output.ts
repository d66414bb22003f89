import { createOutput, type ScriptOutput } from '../../build/output/stream.ts';
import type { Secrets } from '../../protocol/secrets.ts';

/** Characters of each stream that are kept; the rest is read and forgotten. */
const most = 1024 * 1024;

export interface KeptOutput extends ScriptOutput {
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** What an application prints, by lines. */
export function keepOutput(secrets: Secrets): KeptOutput {
  const kept: { readonly stdout: string[]; readonly stderr: string[] } = { stdout: [], stderr: [] };
  const room = { stdout: most, stderr: most };
  const output = createOutput(secrets, ({ stream, lines }) => {
    for (const line of lines) {
      room[stream] -= line.length + 1;
      if (room[stream] >= 0) kept[stream].push(line);
    }
  });
  return { ...output, ...kept };
}
