import { treeDelta } from '../../tree/sync.ts';
import type { State } from '../image/state.ts';
import { concernsInputs } from '../inputs/inputs.ts';
import { type Decision, decide, type Grounds, type Step } from './decide.ts';
import type { Layer } from './layers/facts.ts';
import type { Done } from './proof.ts';

/** An image of a known state, and what it has over its builder. */
export interface Base {
  readonly state: State;
  readonly imageId: string;
  readonly layer: Layer;
}

/** What is to be brought to make a container of the last image one of a state. */
export interface Plan {
  readonly base: Base;
  readonly grounds: Omit<Grounds, 'layer' | 'concernsInputs'>;
  readonly steps: readonly Step[];
  readonly why: string;
}

/** What a save that was only copied was served from. */
export interface Served {
  readonly cycle: number;
  readonly base: Base;
  readonly done: readonly Done[];
}

export interface NotSynced {
  /** In words. */
  readonly whyNot: string;
}

/** The way from one state, of which this is the layer, to another. */
export function decideBetween(
  { state, layer }: Pick<Base, 'state' | 'layer'>,
  { opened, inputs }: State,
  grounds: Plan['grounds'],
): Decision {
  const { entries } = state.opened.tree;
  const isForBuild = (path: string) => concernsInputs(path, inputs.linked);
  return decide(entries, treeDelta(entries, opened.tree.entries), { ...grounds, layer, concernsInputs: isForBuild });
}
