import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenedSource, openSource } from '../origin/open-source.ts';
import type { FileTree } from '../origin/tree.ts';
import {
  type EnvironmentVariable,
  mergeEnvironment,
  parseEnvironmentFile,
  toEnvStrings,
} from '../protocol/environment.ts';
import { environmentFiles } from '../protocol/paths.ts';
import { formatBytes, formatFiles } from './format.ts';
import type { Job } from './job.ts';

/** Fetches or scans the source; one step of the build. */
export function openStage(job: Job): Promise<OpenedSource> {
  const { request, checked, session, reporter, signal } = job;
  return reporter.step('source', async () => {
    const workDir = join(session.folder, 'source');
    await mkdir(workDir);
    const opened = await openSource(checked.source, {
      workDir,
      onStatus: (text) => reporter.status('source', text),
      signal,
      ...(request.ref !== undefined && { ref: request.ref }),
      ...(request.contextDir !== undefined && { contextDir: request.contextDir }),
    });
    for (const warning of opened.warnings) reporter.warn(warning);
    const revision = opened.revision === undefined ? '' : ` · ${opened.revision.ref}@${opened.revision.id.slice(0, 8)}`;
    const summary = `${opened.location}${revision} · ${formatFiles(opened.fileCount)}, ${formatBytes(opened.bytes)}`;
    return { summary, value: opened };
  });
}

/** The build's environment as `NAME=VALUE`: the source's file, then `--env-file`, then `-e`; the last wins (PROTOCOL.md, "assemble"). */
export async function environmentOf(job: Job, tree: FileTree): Promise<string[]> {
  for (const path of environmentFiles) {
    const entry = tree.entries.find((one) => one.path === path && one.type === 'file');
    if (entry === undefined) continue;
    const { variables, warnings } = parseEnvironmentFile(await readFile(join(tree.root, path), 'utf8'), path);
    for (const warning of warnings) job.reporter.warn(warning);
    return combine(job, variables);
  }
  return combine(job, []);
}

/**
 * The same before the source is open, as far as a local folder shows it: so that the container can start at once. Where
 * the guess turns out wrong, the container is replaced.
 */
export async function guessEnvironment(job: Job): Promise<string[]> {
  const { request, checked } = job;
  if (checked.source.kind !== 'folder' || request.ref !== undefined) return combine(job, []);
  for (const path of environmentFiles) {
    const file = join(checked.source.path, request.contextDir ?? '.', path);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return combine(job, parseEnvironmentFile(text, path).variables);
  }
  return combine(job, []);
}

function combine({ request }: Job, fromSource: readonly EnvironmentVariable[]): string[] {
  return toEnvStrings(mergeEnvironment(fromSource, request.envFile, request.env));
}
