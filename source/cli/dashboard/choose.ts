import type { Context } from '../context.ts';
import type { OptionValues } from '../options/table.ts';
import type { DashboardFace } from './dashboard.ts';
import { isDashboardPossible } from './possible.ts';

/** The dashboard, opened, where it's possible and no other form of progress is asked for. Nothing of it is loaded else. */
export async function chooseDashboard(
  {
    progress,
    url,
    logMemory,
    theme,
    notify = 'bell',
  }: Pick<OptionValues, 'progress' | 'url' | 'logMemory' | 'theme' | 'notify'>,
  context: Context,
  { title, names }: DashboardChoice,
): Promise<DashboardFace | undefined> {
  const { terminal } = context;
  if (terminal === undefined || progress !== undefined || !isDashboardPossible(context)) return undefined;
  const { openDashboard } = await import('./dashboard.ts');
  return openDashboard({ title, names, context, terminal, url, logBytes: logMemory, ground: theme, notify });
}

interface DashboardChoice {
  readonly title: string;
  /** What each application is called. */
  readonly names: readonly string[];
}
