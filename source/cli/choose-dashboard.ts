import { optionValue, type ParsedCommand } from './command.ts';
import type { Context } from './context.ts';
import type { DashboardFace } from './dashboard.ts';
import { isDashboardPossible } from './dashboard-possible.ts';

/** The dashboard, opened, where it's possible and no other form of progress is asked for. Nothing of it is loaded else. */
export async function chooseDashboard(
  parsed: ParsedCommand,
  context: Context,
  { title, names, redact, logBytes }: DashboardChoice,
): Promise<DashboardFace | undefined> {
  const { terminal } = context;
  const otherForm = optionValue(parsed.options, 'progress') !== undefined;
  if (terminal === undefined || otherForm || !isDashboardPossible(context)) return undefined;
  const url = optionValue(parsed.options, 'url');
  const { openDashboard } = await import('./dashboard.ts');
  return openDashboard({ title, names, context, terminal, redact, url, ...(logBytes !== undefined && { logBytes }) });
}

interface DashboardChoice {
  readonly title: string;
  /** What each application is called. */
  readonly names: readonly string[];
  readonly redact: (text: string) => string;
  readonly logBytes?: number | undefined;
}
