import { openCache } from '../build/cache.ts';
import type { BuildContext } from '../build/context.ts';
import type { Job } from '../build/job.ts';
import { createReporter } from '../build/reporter.ts';
import { TaskGroup } from '../build/task-group.ts';
import type { Workspace } from '../build/workspace/workspace.ts';
import type { CheckedDevRequest } from './request.ts';

/** What the stages of the loop's builds have at hand, and the same for work in the background, which only warns. */
export function createJobs(
  context: BuildContext,
  { request, checked }: CheckedDevRequest,
  workspace: Workspace,
  signal: AbortSignal,
): { readonly job: Job; readonly quietJob: Job } {
  const { emit, secrets, cacheDir, uid } = context;
  const reporter = createReporter(emit, secrets);
  const tasks = new TaskGroup(signal);
  const cache = openCache(cacheDir, uid, reporter.warn);
  const job = { ...context, request, checked, workspace, reporter, tasks, signal: tasks.signal, cache };
  // The steps of an image would stand in the way of the next save's.
  const quietReporter = createReporter((event) => (event.type === 'warning' ? emit(event) : undefined), secrets);
  return { job, quietJob: { ...job, reporter: quietReporter } };
}
