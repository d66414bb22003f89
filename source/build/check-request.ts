import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { classifySource } from '../origin/classify.ts';
import {
  formatReference,
  parseImageReference,
  parseOutputReference,
  withDefaultTag,
} from '../protocol/image-reference.ts';
import { parseScriptsUrl } from '../protocol/script-places.ts';
import type { CheckedRequest } from './job.ts';
import type { BuildRequest } from './request.ts';

/** Refuses what can be refused before anything is made. Throws `usage`, `source` or `scripts`. */
export function checkRequest(request: BuildRequest, cwd: string): CheckedRequest {
  parseImageReference(request.builder);
  const spec = classifySource(request.source, (path) => {
    const found = statSync(resolve(cwd, path), { throwIfNoEntry: false });
    return found === undefined ? undefined : found.isDirectory() ? 'folder' : 'file';
  });
  return {
    source: 'path' in spec ? { ...spec, path: resolve(cwd, spec.path) } : spec,
    tag: request.tag === undefined ? null : formatReference(withDefaultTag(parseOutputReference(request.tag))),
    scriptsUrl: request.scriptsUrl === undefined ? undefined : parseScriptsUrl(request.scriptsUrl, '--scripts'),
  };
}
