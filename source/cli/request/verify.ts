import { resolve } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import type { BuildRequest } from '../../build/request.ts';
import { StiError } from '../../errors.ts';
import type { HttpRequest, VerifyRequest } from '../../verify/request.ts';
import type { Application } from '../config/apply.ts';
import type { OptionValues } from '../options/table.ts';
import { readBuildRequest } from './build.ts';

const maxRecordingBytes = 64 * 1024 * 1024;

/**
 * What is to be compared. Reads the environment file and the recorded requests.
 * @throws StiError `usage`
 */
export async function readVerifyRequest(
  applications: readonly [Application, Application],
  cwd: string,
): Promise<{ readonly request: VerifyRequest; readonly warnings: readonly string[] }> {
  const [a, b] = applications;
  const { options } = a;
  const [{ request: ofA, warnings }, { request: ofB }] = [
    await readBuildRequest(a, cwd),
    await readBuildRequest(b, cwd),
  ];
  const { exec: commands, ignore, runs, ports, readyPath, readyTimeout } = options;
  const requests = await readRequests(options, cwd);
  const builds = [onlyToLookAt(ofA), onlyToLookAt(ofB)] as const;
  return { request: { builds, requests, commands, ignore, runs, ports, readyPath, readyTimeout }, warnings };
}

/** A build whose image nobody keeps. */
function onlyToLookAt(request: BuildRequest): BuildRequest {
  const nothing = { tag: undefined, callbackUrl: undefined, metadataFile: undefined };
  return { ...request, ...nothing, clean: true, removePrevious: false, keepWorkspace: false };
}

async function readRequests(
  { request, requests: file }: Pick<OptionValues, 'request' | 'requests'>,
  cwd: string,
): Promise<readonly HttpRequest[]> {
  if (file === undefined) return request.length > 0 ? request : [{ method: 'GET', path: '/' }];
  const read = await readBounded(resolve(cwd, file), { maxBytes: maxRecordingBytes, links: 'follow' });
  if (read.outcome === 'content') {
    const { parseRecorded } = await import('../../verify/recorded.ts');
    return [...request, ...parseRecorded(read.content.toString('utf8'), file)];
  }
  const why = read.outcome === 'absent' ? "can't be read: there is no such file" : read.message;
  throw new StiError('usage', `the recorded requests ${file} ${why}`, {
    ...(read.outcome === 'refused' && { cause: read.cause }),
    hint: 'Check the path given to --requests.',
  });
}
