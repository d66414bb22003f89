import type { OpenedSource } from '../../origin/open.ts';
import type { BuildLabelInfo } from '../../protocol/image/labels.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import type { BuildRequest } from '../request.ts';

/** What the labels of a build's image say about it. */
export function labelInfoOf(request: BuildRequest, opened: OpenedSource): BuildLabelInfo {
  const { location, contextDir, revision } = opened;
  return {
    image: formatReference(request.builder),
    sourceLocation: location,
    contextDir,
    revision,
    displayName: request.applicationName ?? (request.tag && formatReference(request.tag)),
    description: request.description,
  };
}
