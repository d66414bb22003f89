import { findBuild } from '../../source/dev/state/select.ts';
import { logLines, logRows } from '../log/rows.ts';
import { initialView, shownLogs } from '../model/view-state.ts';
import { windowRows } from '../model/viewport.ts';
import { troubleLines } from '../panes/trouble.ts';
import type { Looked } from '../screen/arrange.ts';
import type { Size } from '../screen/layout.ts';
import type { Theme } from '../theme/theme.ts';

/** What failed of an application, and the last lines of its log, as its own panes would show them at first. */
export function previewLines({ state, log, fileHere }: Looked, size: Size, theme: Theme): string[] {
  const trouble = troubleLines(state, size, theme, { fileHere, canOpen: false });
  const filter = shownLogs(state, initialView);
  const scene = { log, filter, view: initialView.log, only: undefined, columns: size.columns };
  const rows = windowRows(logRows(scene), undefined, log.end, Math.max(0, size.rows - trouble.length));
  const lines = logLines(scene, rows, theme, (build) => findBuild(state, build)?.at);
  return [...trouble, ...(lines.length > 0 ? lines : [theme.paint('faint', 'nothing printed yet')])];
}
