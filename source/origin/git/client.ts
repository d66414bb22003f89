import { basename } from 'node:path';
import type { SimpleGit } from 'simple-git';
import { type Settings, settingsEnvironment } from './confined.ts';
import { cloneMark, gitEnvironment, runGit } from './environment.ts';
import { type Login, loginSettings, loginVariables } from './login.ts';

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
  allowUnsafeFsMonitor: true,
  allowUnsafeGitProxy: true,
  allowUnsafeHooksPath: true,
  allowUnsafeInclude: true,
  allowUnsafePack: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeUrlRewrite: true,
};

export interface GitOptions {
  /** For the server that the repository is on. */
  readonly login?: Login | undefined;
  /** A file of whom it trusts instead of the system's authorities. */
  readonly authorities?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A git for `folder`, an existing one, that never asks a question and runs no hook; `signal` ends its process. */
export async function createGit(folder: string, { login, authorities, signal }: GitOptions): Promise<SimpleGit> {
  const [{ simpleGit }, sshCommand] = await Promise.all([import('simple-git'), sshWithoutQuestions(folder)]);
  const inherited = gitEnvironment(folder);
  const settings = settingsEnvironment(
    [...safety, ...loginSettings(login)],
    Number(inherited['GIT_CONFIG_COUNT'] ?? 0),
  );
  const environment = {
    ...inherited,
    ...fixed,
    ...sshCommand,
    ...settings,
    ...loginVariables(login),
    ...(authorities !== undefined && { GIT_SSL_CAINFO: authorities }),
    ...cloneMark(folder),
  };
  const wanted = Object.entries(environment).filter(([name]) => !interactive.test(name));
  return simpleGit({
    baseDir: folder,
    allowEnvironment: wanted.map(([name]) => name),
    unsafe: trusted,
    timeout: { block: silence },
    ...(signal && { abort: signal }),
  }).env(Object.fromEntries(wanted));
}

/** Milliseconds that git may say nothing; while it receives, it counts. */
const silence = 5 * 60_000;

/** They beat every configuration file, also in submodules. What is cloned has no say in what runs here. */
const safety: Settings = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['protocol.ext.allow', 'never'],
  // Less than a byte a second, for a minute.
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
];

/** No templates, whose hooks would be copied, and nothing fetched later from where a local repository says. */
const fixed = { GIT_TEMPLATE_DIR: '', GIT_NO_LAZY_FETCH: '1' };

/** The user's SSH command in batch mode. A program of theirs that isn't OpenSSH has options of its own and stays as it is. */
async function sshWithoutQuestions(folder: string): Promise<{ GIT_SSH_COMMAND?: string }> {
  const { GIT_SSH_COMMAND, GIT_SSH } = gitEnvironment(folder);
  if (GIT_SSH_COMMAND === undefined && GIT_SSH !== undefined) return {};
  const configured = () => runGit(folder, ['config', '--get', 'core.sshCommand']).catch(() => '');
  const command = GIT_SSH_COMMAND ?? ((await configured()).trim() || 'ssh');
  return basename(command.split(' ')[0] ?? '') === 'ssh' ? { GIT_SSH_COMMAND: `${command} -o BatchMode=yes` } : {};
}
