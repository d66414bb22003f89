import { mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import { StiError } from '../../errors.ts';
import { resolveContextDir } from '../../origin/context-dir.ts';
import { type OpenedSource, openSource } from '../../origin/open.ts';
import {
  checkEnvironmentSize,
  type EnvironmentVariable,
  mergeEnvironment,
  parseEnvironmentFile,
  toEnvStrings,
} from '../../protocol/environment.ts';
import { environmentFiles } from '../../protocol/paths.ts';
import { formatBytes, formatFiles } from '../../terminal/units.ts';
import { resolveInTree } from '../../tree/resolve.ts';
import type { FileTree } from '../../tree/tree.ts';
import { authoritiesFile } from '../container/lent/authorities.ts';
import type { Job } from '../job.ts';

const maxEnvironmentBytes = 1024 * 1024;

/** Fetches or scans the source; one step of the build. */
export function openStage(
  job: Pick<Job, 'request' | 'checked' | 'workspace' | 'reporter' | 'http' | 'signal'>,
): Promise<OpenedSource> {
  const { request, checked, workspace, reporter, http, signal } = job;
  return reporter.step('source', async () => {
    const workDir = join(workspace.folder, 'source');
    await mkdir(workDir);
    const opened = await openSource(checked.source, {
      workDir,
      http,
      onStatus: (text) => reporter.status('source', text),
      signal,
      ...(request.ref !== undefined && { ref: request.ref }),
      ...(request.contextDir !== undefined && { contextDir: request.contextDir }),
      exclude: request.exclude,
      ignoreSubmodules: request.ignoreSubmodules,
      authorities: await authoritiesFile(job),
    });
    for (const warning of opened.warnings) reporter.warn(warning);
    const revision = opened.revision === undefined ? '' : ` · ${opened.revision.ref}@${opened.revision.id.slice(0, 8)}`;
    const summary = `${opened.location}${revision} · ${formatFiles(opened.fileCount)}, ${formatBytes(opened.bytes)}`;
    return { summary, value: opened };
  });
}

/** The build's environment as `NAME=VALUE`: the source's file, then `--env-file`, then `-e`; the last wins (docs/protocol.md, "assemble"). */
export async function environmentOf(
  job: Pick<Job, 'request' | 'secrets' | 'reporter' | 'signal'>,
  tree: FileTree,
): Promise<string[]> {
  for (const path of environmentFiles) {
    const resolved = resolveInTree(tree, path);
    if (resolved.outcome === 'wrong-link') {
      job.reporter.warn(`${path} is not read: the link ${resolved.link} leads ${resolved.leads}`);
    }
    if (resolved.outcome !== 'found' || resolved.entry.type !== 'file') continue;
    const read = await readInside(tree.root, resolved.entry.path, job.signal);
    if (read.outcome === 'absent') continue;
    if (read.outcome === 'refused') {
      throw new StiError('source', `${path} of the source ${read.message}`, {
        cause: read.cause,
        hint: 'Make it a file of NAME=VALUE lines that you can read, or remove it.',
      });
    }
    const { variables, warnings } = parseEnvironmentFile(read.content.toString('utf8'), path);
    for (const warning of warnings) job.reporter.warn(warning);
    return combine(job, variables);
  }
  return combine(job, []);
}

function readInside(root: string, path: string, signal: AbortSignal) {
  return readBounded(join(root, path), { maxBytes: maxEnvironmentBytes, links: { inside: root }, signal });
}

/**
 * The same before the source is open, as far as a local folder shows it: so that the container can start at once. Where
 * the guess turns out wrong, the container is replaced.
 */
export async function guessEnvironment(job: Job): Promise<string[]> {
  const { request, checked } = job;
  if (checked.source.kind !== 'folder' || request.ref !== undefined) return combine(job, []);
  const root = await contextRoot(resolve(job.cwd, checked.source.path), request.contextDir);
  if (root === undefined) return combine(job, []);
  for (const path of environmentFiles) {
    const read = await readInside(root, path, job.signal);
    if (read.outcome === 'content') {
      return combine(job, parseEnvironmentFile(read.content.toString('utf8'), path).variables);
    }
  }
  return combine(job, []);
}

/** undefined: there is no such folder inside the source, which is an error when the source is opened. */
async function contextRoot(source: string, contextDir: string | undefined): Promise<string | undefined> {
  try {
    return (await resolveContextDir(await realpath(source), contextDir)).path;
  } catch {
    return undefined;
  }
}

function combine(
  { request, secrets }: Pick<Job, 'request' | 'secrets'>,
  fromSource: readonly EnvironmentVariable[],
): string[] {
  secrets.hide(fromSource);
  const all = mergeEnvironment(fromSource, request.envFile, request.env);
  checkEnvironmentSize(all, 'source');
  return toEnvStrings(all);
}
