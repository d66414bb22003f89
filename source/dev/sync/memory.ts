import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Cache } from '../../build/cache.ts';
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
  knowledge: Knowledge;

  private constructor(cache: Cache, subject: Subject, saved: Knowledge) {
    this.digest = subject.digest;
    this.#cache = cache;
    this.#entry = entryOf(subject);
    this.#saved = saved;
    this.knowledge = saved;
  }

  static async open(cache: Cache, subject: Subject): Promise<Memory> {
    const text = await cache.read(entryOf(subject));
    const [digest = '', ...rest] = text?.split('\n') ?? [];
    return new Memory(cache, subject, parseKnowledge(digest === subject.digest ? rest.join('\n') : undefined));
  }

  /** Whether there is a kind of file that is only copied. */
  get isOfUse(): boolean {
    return isOfUse(this.knowledge);
  }

  async save(): Promise<void> {
    if (this.knowledge === this.#saved) return;
    this.#saved = this.knowledge;
    await this.#cache.write(this.#entry, `${this.digest}\n${formatKnowledge(this.knowledge)}`);
  }
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
