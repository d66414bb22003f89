import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openCache } from '../../build/cache.ts';
import { checkRequest } from '../../build/check-request.ts';
import type { BuildContext } from '../../build/context.ts';
import type { FilesEvent } from '../../build/events.ts';
import { runBuild } from '../../build/pipeline.ts';
import { redacting } from '../../build/redact-event.ts';
import { createReporter } from '../../build/reporter.ts';
import type { BuildRequest } from '../../build/request.ts';
import { settleLimit, TaskGroup } from '../../build/task-group.ts';
import type { Workspace } from '../../build/workspace/workspace.ts';
import type { ImageDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { readBuildLabels } from '../../protocol/image/labels.ts';

/** What a builder has made of the source. */
export interface Built {
  readonly image: ImageDetails;
  readonly addedBytes: number;
  /** What assemble has changed; absolute paths. */
  readonly changed: readonly string[];
  /** Of a git source: what a branch names may be another one by the next build. */
  readonly commit: string | undefined;
}

/**
 * Builds as `sti build` does, in the session of the comparison, so that its image ends with that: it gets no tag.
 * @param name of the build's folder in the session's
 */
export async function buildSide(
  context: BuildContext,
  workspace: Workspace,
  name: string,
  request: BuildRequest,
): Promise<Built> {
  const { engine, secrets, cacheDir, uid } = context;
  const emit = redacting(context.emit, secrets.redact);
  const folder = join(workspace.folder, name);
  await mkdir(folder, { mode: 0o700 });
  const tasks = new TaskGroup(context.signal);
  const reporter = createReporter(emit, secrets);
  let changed: readonly string[] = [];
  const onFiles = (event: FilesEvent): void => {
    if (event.type === 'image-compared') changed = event.changes.map(({ path }) => path);
  };
  try {
    const checked = checkRequest(request, context.cwd);
    const { imageId, addedBytes, labels } = await runBuild({
      ...context,
      ...{ request, checked, reporter, tasks, onFiles },
      workspace: { ...workspace, folder },
      cache: openCache(cacheDir, uid, reporter.warn),
      signal: tasks.signal,
    });
    await tasks.settle();
    const image = await engine.inspectImage(imageId, context.signal);
    if (image === undefined) throw new StiError('commit', 'the image has been removed');
    const commit = checked.source.kind === 'git' ? readBuildLabels(labels)?.commit : undefined;
    return { image, addedBytes, changed, commit };
  } catch (thrown) {
    // Ends the calls that no signal ends.
    if (!(await tasks.settleWithin(settleLimit))) engine.close();
    throw tasks.signal.aborted ? tasks.signal.reason : thrown;
  }
}
