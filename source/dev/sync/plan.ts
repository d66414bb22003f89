import { treeDelta } from '../../tree/sync.ts';
import type { State } from '../image/state.ts';
import { concernsInputs } from '../inputs/inputs.ts';
import { type Decision, decide, type Step } from './decide.ts';
import type { Knowledge } from './knowledge.ts';
import type { Layer } from './layers/facts.ts';

/** An image of a known state, and what it has over its builder. */
export interface Base {
  readonly state: State;
  readonly imageId: string;
  readonly layer: Layer;
}

/** What is to be brought to make a container of the last image one of a state. */
export interface Plan {
  readonly base: Base;
  readonly knowledge: Knowledge;
  readonly steps: readonly Step[];
  readonly why: string;
}

/** The way from one state to another. */
export function decideBetween(before: State, { opened, inputs }: State, knowledge: Knowledge): Decision {
  const { entries } = before.opened.tree;
  const isForBuild = (path: string) => concernsInputs(path, inputs.linked);
  return decide(entries, treeDelta(entries, opened.tree.entries), knowledge, isForBuild);
}
