import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Cache } from '../../build/cache.ts';
import type { Job } from '../../build/job.ts';
import type { SyncMapping } from '../../protocol/sync-mappings.ts';
import type { BuildInputs } from '../inputs/inputs.ts';
import { declarationsOf } from './declarations.ts';
import { type Declaration, type Declared, declaredBy } from './declared.ts';
import { formatKnowledge, isOfUse, type Knowledge, parseKnowledge } from './knowledge.ts';

/** Whose knowledge it is. */
interface Subject {
  /** Absolute path of the source. */
  readonly source: string;
  readonly builderId: string;
  /** Of all else that a build goes by: with other scripts or another environment nothing is known. */
  readonly digest: string;
}

/** What is known of a source with a builder, kept for the sessions to come. */
export class Memory {
  readonly digest: string;
  readonly #cache: Cache;
  readonly #entry: string;
  #saved: Knowledge;
  /** What is said of it, beside what was learned. */
  readonly declared: Declared;
  readonly #isDeclared: boolean;
  knowledge: Knowledge;

  private constructor(cache: Cache, subject: Subject, saved: Knowledge, declarations: readonly Declaration[]) {
    this.declared = declaredBy(declarations);
    this.#isDeclared = declarations.length > 0;
    this.digest = subject.digest;
    this.#cache = cache;
    this.#entry = entryOf(subject);
    this.#saved = saved;
    this.knowledge = saved;
  }

  static async open(cache: Cache, subject: Subject, declarations: readonly Declaration[]): Promise<Memory> {
    const text = await cache.read(entryOf(subject));
    const [digest = '', ...rest] = text?.split('\n') ?? [];
    const saved = parseKnowledge(digest === subject.digest ? rest.join('\n') : undefined);
    return new Memory(cache, subject, saved, declarations);
  }

  /** Whether there may be a kind of file that is only copied. */
  get isOfUse(): boolean {
    return this.#isDeclared || isOfUse(this.knowledge);
  }

  async save(): Promise<void> {
    if (this.knowledge === this.#saved) return;
    this.#saved = this.knowledge;
    await this.#cache.write(this.#entry, `${this.digest}\n${formatKnowledge(this.knowledge)}`);
  }
}

/** What is known of a source with these inputs; `before` where that is the same. */
export async function recollect(
  job: Job,
  inputs: BuildInputs,
  mappings: readonly SyncMapping[],
  before: Memory | undefined,
  signal: AbortSignal,
): Promise<Memory> {
  const { cache, checked } = job;
  const configured = mappings.length > 0 ? JSON.stringify(mappings) : '';
  const digest = createHash('sha256').update(inputs.digest).update(configured).digest('hex');
  if (before?.digest === digest) return before;
  const source = checked.source.kind === 'folder' ? checked.source.path : '';
  const declarations = await declarationsOf(job, inputs, mappings, signal);
  return Memory.open(cache, { source, builderId: inputs.builder.image.id, digest }, declarations);
}

/** What is known, whatever scripts it was learned with. */
export async function recall(cache: Cache, subject: Omit<Subject, 'digest'>): Promise<Knowledge> {
  const text = await cache.read(entryOf(subject));
  return parseKnowledge(text?.replace(/^.*\n/, ''));
}

function entryOf({ source, builderId }: Omit<Subject, 'digest'>): string {
  const key = createHash('sha256').update(`${builderId}\n${source}`).digest('hex');
  return join('sync', `${key.slice(0, 32)}.json`);
}
