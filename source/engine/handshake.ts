import { stat } from 'node:fs/promises';
import type { InferOutput } from 'valibot';
import { StiError } from '../errors.ts';
import type { ChangesSyntax } from '../protocol/image/changes.ts';
import { infoAnswer } from './docker/answers.ts';
import type { EngineAbout } from './engine.ts';
import { decode } from './http/answer.ts';
import type { EngineConnection } from './http/connection.ts';
import { connectFailure, startHint } from './http/failures.ts';
import { request } from './http/request.ts';
import { ownUid } from './own-uid.ts';

/** The newest version whose answers sti knows. Docker 29 takes nothing older. */
const newestKnown = '1.44';
/** `wait` takes a condition since then (Docker 17.06). */
const oldestUsable = '1.30';

/** What the engine says of itself before anything is asked of it. */
export interface Greeting {
  readonly about: EngineAbout;
  /** How it reads the `changes` of a commit. */
  readonly changesSyntax: ChangesSyntax;
}

/**
 * Asks the engine who it is. Rejects with `engine-unreachable`, also when it has not answered after `stallMs`
 * milliseconds, with `engine-denied`, and with `engine-failed` when it is too old.
 */
export async function greet(transport: EngineConnection, stallMs: number, signal?: AbortSignal): Promise<Greeting> {
  const { address, from, target } = transport.endpoint;
  const socketPath = 'socketPath' in target ? target.socketPath : undefined;
  const stalled = AbortSignal.timeout(stallMs);
  const both = signal ? AbortSignal.any([signal, stalled]) : stalled;
  try {
    const { headers } = await request(transport, { path: '/_ping', signal: both });
    const podmanVersion = headers['libpod-api-version'];
    const about = {
      address,
      from,
      secure: transport.secure,
      socketPath,
      kind: podmanVersion === undefined ? ('docker' as const) : ('podman' as const),
      apiVersion: agreeOnVersion(String(headers['api-version'] ?? ''), address),
      rootless: await isRootless(transport, socketPath, both),
    };
    return { about, changesSyntax: changesSyntaxOf(podmanVersion) };
  } catch (thrown) {
    signal?.throwIfAborted();
    const words = thrown instanceof StiError ? undefined : await transport.lastWords();
    if (words !== undefined) throw connectFailure(new Error(words), address);
    if (!stalled.aborted) throw connectFailure(thrown, address);
    throw connectFailure(new Error(`the engine stalls: no answer within ${stallMs / 1000} seconds`), address);
  }
}

/** Podman took over Docker's way with 4.9.3 (`../protocol/changes-syntax.ts`). */
function changesSyntaxOf(podmanVersion: string | string[] | undefined): ChangesSyntax {
  if (podmanVersion === undefined) return 'dockerfile';
  return compare(String(podmanVersion), '4.9.3') < 0 ? 'literal' : 'dockerfile';
}

/** The lower of what the engine speaks and what sti knows. Throws `engine-failed` when that is too old. */
function agreeOnVersion(offered: string, address: string): string {
  if (!/^\d+\.\d+$/.test(offered)) {
    throw new StiError('engine-unreachable', `${address}: not a container engine`, {
      hint: startHint,
    });
  }
  if (compare(offered, oldestUsable) < 0) {
    const message = `the engine at ${address} is too old: it speaks API ${offered}, sti needs ${oldestUsable}`;
    throw new StiError('engine-failed', message, { hint: 'Update the engine to Docker 17.06, Podman 4 or newer.' });
  }
  return compare(offered, newestKnown) > 0 ? newestKnown : offered;
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (const [index, part] of (left ?? []).entries()) {
    const other = right?.[index] ?? 0;
    if (part !== other) return part - other;
  }
  return 0;
}

/**
 * Only an engine that this user started can be rootless, so a socket of root's answers without the slow `info` call.
 * The owner alone does not say yes: Docker Desktop's engine is root in a machine of its own behind a socket of the user's.
 * Where there is no `/proc`, an engine is in a virtual machine, and root there.
 */
async function isRootless(
  transport: EngineConnection,
  socketPath: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (socketPath === undefined) return false;
  const { uid } = await stat(socketPath);
  if (uid === 0 || uid !== (await ownUid())) return false;
  const { body } = await request(transport, { path: '/info', signal });
  return saysRootless(decode(infoAnswer, body));
}

/** Docker lists it among its security options, Podman has a field of its own. */
export function saysRootless({ Rootless, SecurityOptions }: InferOutput<typeof infoAnswer>): boolean {
  return Rootless === true || (SecurityOptions ?? []).includes('name=rootless');
}
