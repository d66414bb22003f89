import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../../job.ts';
import type { Injection } from '../../request.ts';
import type { BuildContainer } from '../container.ts';

const name = 'authorities.pem';
/** Where scripts have it. */
const target = '/run/sti';

/** By which the usual programs take another file of authorities than their own. */
const variables = [
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'GIT_SSL_CAINFO',
  'CURL_CA_BUNDLE',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'CARGO_HTTP_CAINFO',
];

type AuthoritiesJob = Pick<Job, 'request' | 'workspace' | 'http'>;

/** With `--ca`, a file of all whom sti trusts: git, and the programs of a script, take one instead of their own. */
export async function authoritiesFile({ request, workspace, http }: AuthoritiesJob): Promise<string | undefined> {
  if (request.ca === undefined) return undefined;
  const folder = join(workspace.folder, 'authorities');
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  // Somebody else may read the one that is there.
  const beside = join(folder, randomUUID());
  await writeFile(beside, await http.authorities(), { mode: 0o644 });
  await rename(beside, file);
  return file;
}

/** What scripts get because of `--ca`. */
export async function authoritiesFor(job: AuthoritiesJob): Promise<Injection[]> {
  const source = await authoritiesFile(job);
  return source === undefined ? [] : [{ source, target }];
}

/** Tells the programs of a script of the file; what the user has set for one of them stays. */
export async function announceAuthorities(job: AuthoritiesJob, { gate }: BuildContainer, env: readonly string[]) {
  if (job.request.ca === undefined) return;
  const set = new Set(env.map((variable) => variable.slice(0, variable.indexOf('='))));
  for (const variable of variables) if (!set.has(variable)) await gate.env(variable, `${target}/${name}`);
}
