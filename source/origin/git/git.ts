import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, StiError } from '../../errors.ts';
import { redactText, redactUrl } from '../../protocol/redact.ts';
import { openContent } from '../folder.ts';
import type { OpenedSource, OpenOptions } from '../opened.ts';
import { clone, updateSubmodules } from './clone.ts';
import { endHelpers } from './environment.ts';
import { splitLogin } from './login.ts';
import { readRevision } from './revision.ts';

/** Clones a repository, a URL or a local path, with its submodules (docs/protocol.md, "Source"). */
export async function openGit(
  spec: { readonly url: string; readonly ref?: string },
  options: OpenOptions,
): Promise<OpenedSource> {
  const isLocal = existsSync(spec.url);
  const location = isLocal ? resolve(spec.url) : redactUrl(spec.url);
  const ref = options.ref ?? spec.ref;
  refuseDash(spec.url, 'source', `the git URL ${location}`);
  if (/^\w+::/.test(spec.url)) throw new StiError('source', `the git URL ${location} names a remote helper of git`);
  refuseDash(ref ?? '', 'ref', `the git ref ${JSON.stringify(ref)}`);

  // git ignores --depth for a plain path.
  const { url, login } = isLocal ? { url: pathToFileURL(resolve(spec.url)).href } : splitLogin(spec.url);
  const folder = join(options.workDir, 'clone');
  options.onStatus?.(`cloning ${location}${ref === undefined ? '' : ` at ${ref}`}`);
  const { signal, authorities } = options;
  const known = await explained(`${location} can't be cloned`, options, () =>
    clone({ url, login, authorities, ref, folder, signal }),
  );
  if (!known) throw unknownRef(ref, location);
  const revision = await readRevision(folder, { askedRef: ref, signal });
  if (revision === undefined)
    throw new StiError('source', `the repository ${location} has no commits`, {
      hint: 'Commit something to it first.',
    });
  if (!options.ignoreSubmodules) {
    await explained(`the submodules of ${location} can't be fetched`, options, () =>
      updateSubmodules({ folder, login, authorities, signal }),
    );
  }

  const content = await openContent(folder, options, true);
  return { ...content, location, revision };
}

function refuseDash(text: string, code: 'source' | 'ref', what: string): void {
  if (text.startsWith('-')) throw new StiError(code, `${what} begins with "-", which git would read as an option`);
}

function unknownRef(ref: string | undefined, location: string): StiError {
  return new StiError('ref', `${location} has no branch, tag or commit ${JSON.stringify(ref)}`, {
    hint: `List what it has with: git ls-remote ${location}`,
  });
}

async function explained<T>(failure: string, { workDir, signal }: OpenOptions, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    await endHelpers(join(workDir, 'clone'));
    signal?.throwIfAborted();
    throw fullDisk(failure, messageOf(error), workDir) ?? gitFailed(failure, messageOf(error));
  }
}

function fullDisk(failure: string, output: string, workDir: string): StiError | undefined {
  const [, reason] = /(no space left on device|disk quota exceeded)/i.exec(output) ?? [];
  if (reason === undefined) return undefined;
  const code = reason.startsWith('D') || reason.startsWith('d') ? 'EDQUOT' : 'ENOSPC';
  return new StiError('workspace', `${failure}: ${workDir} is full (${code}: ${reason.toLowerCase()})`, {
    hint: 'Free some space there, or set TMPDIR to another folder.',
  });
}

/** What git counts while it works, and what it says before. */
const progress = /^(Cloning into|(remote: )?[A-Z][\w ]+:? +\d+(%|, done))/;

/** The error itself isn't kept as the cause: it holds the URL with its password. */
function gitFailed(failure: string, output: string): StiError {
  if (/\bENOENT\b/.test(output) && /\bspawn\b/.test(output)) {
    return new StiError('source', `${failure}: git is not installed`, {
      hint: 'Install git, or give a folder or an archive.',
    });
  }
  const lines = redactText(output)
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '' && !progress.test(line));
  const reason =
    lines.find((line) => /^(fatal|error): /.test(line))?.replace(/^\w+: /, '') ?? lines.at(-1) ?? 'git gave no reason';
  return new StiError('source', `${failure}: ${reason}`, { hint: hintFor(output), lastLines: lines.slice(-20) });
}

function hintFor(output: string): string {
  if (/authentication|could not read|permission denied|host key/i.test(output)) {
    return 'sti never asks for a password: set up an SSH key or a git credential helper, so that git clone works without a question.';
  }
  if (/dubious ownership/.test(output))
    return 'The repository belongs to another user. If you trust it: git config --global --add safe.directory PATH';
  if (/transport 'file' not allowed/.test(output))
    return 'git takes local submodules only with: git config --global protocol.file.allow always';
  return 'Check the URL and the network; the same URL must work with git clone.';
}
