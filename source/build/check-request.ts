import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StiError } from '../errors.ts';
import { classifySource } from '../origin/classify.ts';
import { checkEnvironmentSize, mergeEnvironment } from '../protocol/environment.ts';
import { formatReference, withDefaultTag } from '../protocol/image/reference.ts';
import { checkPlace } from './export/place.ts';
import type { CheckedRequest } from './job.ts';
import type { BuildRequest } from './request.ts';

/** Refuses what can be refused before anything is made. Throws `usage` or `source`. */
export function checkRequest(request: BuildRequest, cwd: string): CheckedRequest {
  checkEnvironmentSize(mergeEnvironment(request.envFile, request.env), 'usage');
  for (const { source } of request.inject ?? []) {
    if (statSync(source, { throwIfNoEntry: false }) !== undefined) continue;
    throw new StiError('usage', `${source} can't be injected: there is no such file or folder`, {
      hint: 'Check the path given to --inject.',
    });
  }
  for (const place of request.outputs ?? []) checkPlace(place);
  const { metadataFile } = request;
  if (metadataFile !== undefined && !statSync(dirname(metadataFile), { throwIfNoEntry: false })?.isDirectory()) {
    throw new StiError('usage', `${metadataFile} can't be written: there is no such folder`, {
      hint: 'Check the path given to --metadata-file.',
    });
  }
  if (request.push && request.tag === undefined) {
    throw new StiError('usage', '--push needs a TAG', {
      hint: 'Write sti build SOURCE IMAGE TAG, with the registry in the TAG: registry.example/my-app.',
    });
  }
  if (request.sbom && !request.push) {
    throw new StiError('usage', '--sbom needs --push', {
      hint: 'It goes to the registry with the image. To have it on this machine, give --output sbom:FILE.',
    });
  }
  const spec = classifySource(request.source, (path) => {
    const found = statSync(resolve(cwd, path), { throwIfNoEntry: false });
    return found === undefined ? undefined : found.isDirectory() ? 'folder' : 'file';
  });
  return {
    source: 'path' in spec ? { ...spec, path: resolve(cwd, spec.path) } : spec,
    tag: request.tag === undefined ? null : formatReference(withDefaultTag(request.tag)),
  };
}
