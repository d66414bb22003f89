import { findLeftovers, sweepDeadSessions } from '../build/workspace/sweep.ts';
import type { Engine } from '../engine/engine.ts';
import { toStiError } from '../errors.ts';
import { checkCertificates } from './checks/certificates.ts';
import { checkDisk } from './checks/disk.ts';
import { checkEngine } from './checks/engine.ts';
import { checkGit } from './checks/git.ts';
import { checkInotify } from './checks/inotify.ts';
import { checkLeftovers } from './checks/leftovers.ts';
import { checkLogins } from './checks/logins.ts';
import { checkProxies } from './checks/proxies.ts';
import { checkRights } from './checks/rights.ts';
import { checkWayIn } from './checks/way-in.ts';
import { type Facts, isReached } from './facts.ts';
import type { Finding } from './finding.ts';
import { gatherDisks } from './gather/disks.ts';
import { gatherEngine } from './gather/engine.ts';
import { gatherLogins } from './gather/logins.ts';
import { gatherCertificates, gatherInotify, isInstalled } from './gather/machine.ts';

export interface DoctorOptions {
  readonly connect: () => Promise<Engine>;
  readonly env: Facts['env'];
  readonly homeDir: string;
  readonly tmpDir: string;
  readonly uid: number;
  readonly gid: number;
  readonly identity: string;
  readonly isAlive: (pid: number) => boolean;
  readonly loginsFrom?: string | undefined;
  /** Remove what dead sessions have left. */
  readonly clean: boolean;
  readonly signal: AbortSignal;
}

/** In the order in which people read them. */
const checks = [
  checkEngine,
  checkRights,
  checkWayIn,
  checkDisk,
  checkInotify,
  checkProxies,
  checkCertificates,
  checkLogins,
  checkGit,
  checkLeftovers,
];

/** Looks at the engine and at this machine. Changes nothing, unless asked to clean up. */
export async function examine(options: DoctorOptions): Promise<Finding[]> {
  const facts = await gather(options);
  return checks.flatMap((check) => check(facts));
}

async function gather({ connect, signal, ...options }: DoctorOptions): Promise<Facts> {
  const { env, homeDir, tmpDir, uid, gid, loginsFrom } = options;
  let connected: Engine | undefined;
  let engine: Facts['engine'];
  try {
    connected = await connect();
    engine = await gatherEngine(connected, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    const { message, hint } = toStiError(thrown);
    engine = { problem: message, advice: hint };
  }
  try {
    const reached = isReached(engine) ? engine : undefined;
    const [disks, inotify, certificates, logins, git, leftovers] = await Promise.all([
      gatherDisks(tmpDir, reached),
      gatherInotify(),
      gatherCertificates(env),
      gatherLogins(env, homeDir, reached?.about.kind ?? 'docker', loginsFrom),
      isInstalled('git', env),
      lookForLeftovers(reached && connected, options),
    ]);
    return { env, self: { uid, gid }, engine, disks, inotify, certificates, logins, git, leftovers };
  } finally {
    connected?.close();
  }
}

async function lookForLeftovers(
  engine: Engine | undefined,
  { clean, ...options }: Pick<DoctorOptions, 'clean' | 'tmpDir' | 'identity' | 'isAlive'>,
): Promise<Facts['leftovers']> {
  const { names } = await findLeftovers(engine, options).catch(() => ({ names: [] }));
  const cleaned = clean && engine !== undefined && names.length > 0;
  if (cleaned) await sweepDeadSessions(engine, options);
  return { names, cleaned };
}
