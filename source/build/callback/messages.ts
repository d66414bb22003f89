import { plainText } from '../../terminal/plain.ts';
import { sanitize } from '../../terminal/sanitize.ts';
import type { BuildEvent } from '../events.ts';

/**
 * Collects all messages of a build in bounded memory, as UTF-8: beyond the limit the middle is left out, and the text says
 * how much (docs/protocol.md, "callback").
 */
export class Messages {
  readonly #limit: number;
  readonly #blockSize: number;
  /** What isn't in a block yet: a million short lines would cost far more than their text. */
  #waiting: string[] = [];
  #waitingSize = 0;
  readonly #head: Buffer[] = [];
  #headSize = 0;
  #tail: Buffer[] = [];
  #tailSize = 0;
  #left = 0;

  /** @param limit bytes that are kept; @param blockSize characters that are stored, or left out, together */
  constructor(limit = 16 * 1024 ** 2, blockSize = 64 * 1024) {
    this.#limit = limit;
    this.#blockSize = blockSize;
  }

  readonly add = (event: BuildEvent): void => {
    const text = messageText(event);
    if (text !== undefined) this.#add(text);
  };

  text(): string {
    this.#store();
    const gap = this.#left === 0 ? [] : [Buffer.from(`\n[… ${this.#left} bytes left out …]\n`)];
    return Buffer.concat([...this.#head, ...gap, ...this.#tail]).toString();
  }

  #add(text: string): void {
    this.#waiting.push(text);
    this.#waitingSize += text.length;
    if (this.#waitingSize >= this.#blockSize) this.#store();
  }

  #store(): void {
    if (this.#waitingSize === 0) return;
    const block = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#waitingSize = 0;
    if (this.#tail.length === 0 && this.#headSize + block.length <= this.#limit / 2) {
      this.#head.push(block);
      this.#headSize += block.length;
      return;
    }
    this.#tail.push(block);
    this.#tailSize += block.length;
    while (this.#headSize + this.#tailSize > this.#limit && this.#tail.length > 1) {
      const gone = this.#tail.shift()?.length ?? 0;
      this.#tailSize -= gone;
      this.#left += gone;
    }
  }
}

function messageText(event: BuildEvent): string | undefined {
  switch (event.type) {
    case 'log':
      return event.lines.map((line) => `${plainText(line)}\n`).join('');
    case 'step-finished':
      return sanitize(`${event.step}: ${event.summary}\n`);
    case 'status':
      return sanitize(`${event.step}: ${event.text}\n`);
    case 'warning':
      return sanitize(`warning: ${event.message}\n`);
    default:
      return undefined;
  }
}
