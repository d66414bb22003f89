export const paneNames = ['steps', 'logs', 'requests', 'artifacts'] as const;
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

/** What of the view has a say in it. What the application does has none: nothing moves because a build fails. */
export interface Wishes {
  readonly focus: PaneName;
  readonly zoomed: boolean;
  /** Columns that the steps have more than usual, and rows that the artifacts have. */
  readonly wider: number;
  readonly higher: number;
  /** A folder of the artifacts is open. */
  readonly opened: boolean;
}

export const smallest: Size = { columns: 40, rows: 10 };
/** From so many columns on requests have a column of their own; below that they share the place of the logs. */
const threeColumns = 140;
/** Below so many columns one pane stands above the other. */
const sideBySide = 60;

export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < smallest.columns || rows < smallest.rows;
}

/** @param size what is between header and footer */
export function layOut({ columns, rows }: Size, { focus, zoomed, wider, higher, opened }: Wishes): Layout {
  const stacked = columns < sideBySide;
  if (zoomed) return { stacked, panes: { [focus]: { columns, rows } } };
  const wanted = clamp((opened ? Math.floor(rows * 0.45) : 4) + higher, 3, Math.floor(rows * 0.7));
  // Where it's too low for three panes, the image and its artifacts are one key away.
  const artifacts = rows - wanted >= 7 ? wanted : 0;
  const body = rows - artifacts;
  const lower = artifacts > 0 ? { artifacts: { columns, rows: artifacts } } : {};
  const second = focus === 'requests' ? 'requests' : 'logs';
  if (stacked) {
    const steps = clamp(Math.floor(body * 0.45) + Math.round(wider / 4), 3, 12);
    if (body - steps < 3) return { stacked, panes: { [second]: { columns, rows: body }, ...lower } };
    const panes = { steps: { columns, rows: steps }, [second]: { columns, rows: body - steps } };
    return { stacked, panes: { ...panes, ...lower } };
  }
  const right = columns >= threeColumns ? clamp(Math.round(columns * 0.28), 40, 60) : 0;
  const left = clamp(clamp(Math.round(columns * 0.3) + 9, 28, 46) + wider, 24, columns - right - 30);
  const steps = { columns: left, rows: body };
  const middle = { columns: columns - left - right, rows: body };
  if (right === 0) return { stacked, panes: { steps, [second]: middle, ...lower } };
  return { stacked, panes: { steps, logs: middle, requests: { columns: right, rows: body }, ...lower } };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
