export const paneNames = ['steps', 'logs', 'artifacts'] as const;
export type PaneName = (typeof paneNames)[number];

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Where each pane is drawn, borders included; a pane that isn't there is hidden. */
export interface Layout {
  readonly stacked: boolean;
  readonly panes: Partial<Readonly<Record<PaneName, Size>>>;
}

export const smallest: Size = { columns: 40, rows: 10 };

export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < smallest.columns || rows < smallest.rows;
}

/**
 * Panes between header and footer.
 * @param rows rows between header and footer
 * @param wishes rows of content that the artifacts have, and rows that the steps have at the least
 */
export function layOut(
  { columns, rows }: Size,
  wishes: { readonly artifacts: number; readonly steps: number; readonly zoomed: PaneName | undefined },
): Layout {
  const stacked = columns < 60;
  if (wishes.zoomed !== undefined) return { stacked, panes: { [wishes.zoomed]: { columns, rows } } };
  const artifactRows = Math.min(wishes.artifacts + 2, Math.floor(rows * 0.45));
  // Where it's too low for three panes, the image and its artifacts are one key away.
  const artifacts = artifactRows >= 3 && rows - artifactRows >= 7 ? artifactRows : 0;
  const body = rows - artifacts;
  const lower = artifacts > 0 ? { artifacts: { columns, rows: artifacts } } : {};
  if (!stacked) {
    const left = Math.min(46, Math.max(28, Math.round(columns * 0.36)));
    const panes = { steps: { columns: left, rows: body }, logs: { columns: columns - left, rows: body }, ...lower };
    return { stacked, panes };
  }
  const steps = Math.max(3, Math.min(wishes.steps + 2, Math.floor(body * 0.45)));
  if (body - steps < 3) return { stacked, panes: { logs: { columns, rows: body }, ...lower } };
  return { stacked, panes: { steps: { columns, rows: steps }, logs: { columns, rows: body - steps }, ...lower } };
}
