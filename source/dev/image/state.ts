import type { OpenedSource } from '../../origin/open.ts';
import type { BuildInputs } from '../inputs/inputs.ts';

/** One state of the source, and what it is built with. */
export interface State {
  readonly cycle: number;
  readonly opened: OpenedSource;
  readonly inputs: BuildInputs;
}
