import { basename } from 'node:path';
import type { SimpleGit } from 'simple-git';
import { gitEnvironment, runGit } from './git-process.ts';

/** Programs that only an interactive git needs; simple-git refuses to run beside them. */
const interactive = /^(EDITOR|VISUAL|PAGER|PREFIX|GIT_(SEQUENCE_)?EDITOR|GIT_PAGER|GIT_EXTERNAL_DIFF)$/i;

/**
 * simple-git distrusts its environment and its configuration, since a server may have got them from strangers. Here both
 * are the user's own, as in their shell, and clones need them: proxies, certificates, SSH commands, credential helpers.
 */
const trusted = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeExec: true,
  allowUnsafeFilter: true,
  allowUnsafeGitProxy: true,
  allowUnsafeHooksPath: true,
  allowUnsafeInclude: true,
  allowUnsafePack: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeUrlRewrite: true,
};

/** A git for `folder`, an existing one, that never asks a question; `signal` ends its process. */
export async function createGit(folder: string, signal?: AbortSignal): Promise<SimpleGit> {
  const [{ simpleGit }, sshCommand] = await Promise.all([import('simple-git'), sshWithoutQuestions()]);
  const environment = { ...gitEnvironment(), ...sshCommand };
  const wanted = Object.entries(environment).filter(([name]) => !interactive.test(name));
  return simpleGit({
    baseDir: folder,
    allowEnvironment: wanted.map(([name]) => name),
    unsafe: trusted,
    ...(signal && { abort: signal }),
  }).env(Object.fromEntries(wanted));
}

/** The user's SSH command in batch mode. A program of theirs that isn't OpenSSH has options of its own and stays as it is. */
async function sshWithoutQuestions(): Promise<{ GIT_SSH_COMMAND?: string }> {
  const { GIT_SSH_COMMAND, GIT_SSH } = gitEnvironment();
  if (GIT_SSH_COMMAND === undefined && GIT_SSH !== undefined) return {};
  const command =
    GIT_SSH_COMMAND ?? ((await runGit(['config', '--get', 'core.sshCommand']).catch(() => '')).trim() || 'ssh');
  return basename(command.split(' ')[0] ?? '') === 'ssh' ? { GIT_SSH_COMMAND: `${command} -o BatchMode=yes` } : {};
}
