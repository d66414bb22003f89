import { decode } from '../../http/answer.ts';
import { AnswerError } from '../../http/failures.ts';
import { jsonLines } from '../../http/json-lines.ts';
import { answerLimit } from '../../http/limits.ts';
import { type Progress, progressAnswer } from '../answers.ts';

/** What an engine says while it pulls or pushes. Rejects with an AnswerError when that is something else, or never ends. */
export async function* progressOf(answer: AsyncIterable<string | Buffer>): AsyncGenerator<Progress, void> {
  let size = 0;
  for await (const line of jsonLines(answer)) {
    size += line.length;
    if (size > answerLimit) throw new AnswerError('its answer has no end');
    yield decode(progressAnswer, line);
  }
}

/** Turns progress into lines worth reading: each layer's state once, without its thousand byte counts. */
export function describeProgress(): (progress: Progress) => string | undefined {
  const last = new Map<string, string>();
  return ({ id, status }) => {
    const layer = id ?? '';
    const text = status?.trim();
    if (!text || last.get(layer) === text) return undefined;
    last.set(layer, text);
    return layer === '' ? text : `${layer}: ${text}`;
  };
}

/** Adds up how far the layers are, where the engine says it; undefined: this word says nothing of that. */
export function countBytes(): (progress: Progress) => { readonly done: number; readonly of: number } | undefined {
  const layers = new Map<string, { readonly done: number; readonly of: number }>();
  return ({ id, progressDetail }) => {
    const { current, total } = progressDetail ?? {};
    if (!id || !current || !total) return undefined;
    layers.set(id, { done: Math.min(current, total), of: total });
    const all = [...layers.values()];
    return { done: sum(all.map(({ done }) => done)), of: sum(all.map(({ of }) => of)) };
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
