import { Writable } from 'node:stream';
import type { Context } from '../../source/cli/context.ts';
import type { CancelSignal } from '../../source/errors.ts';
import type { Environment } from '../../source/terminal/output.ts';

/** A stream that keeps what is written to it. */
export class FakeOutput extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  text = '';
  /** Calls that make the stream go on, when it is a slow one. */
  readonly #held: (() => void)[] = [];
  readonly #slow: boolean;

  constructor({ isTTY = false, columns = 80, slow = false } = {}) {
    super({ decodeStrings: false, highWaterMark: slow ? 1 : 16_384 });
    this.isTTY = isTTY;
    this.columns = columns;
    this.#slow = slow;
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    if (this.#slow) this.#held.push(done);
    else done();
  }

  /** Lets a slow stream take what it was given. */
  release(): void {
    for (const done of this.#held.splice(0)) done();
  }
}

/** A pipe has no width. */
export class FakePipe extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

export interface FakeContext extends Context {
  readonly stdout: FakePipe;
  readonly stderr: FakePipe;
  readonly send: (signal: CancelSignal) => void;
  readonly exits: number[];
  readonly listening: () => number;
}

export function fakeContext(env: Environment = {}): FakeContext {
  const listeners = new Set<(signal: CancelSignal) => void>();
  const exits: number[] = [];
  return {
    version: '1.2.3',
    env,
    cwd: '/work',
    homeDir: '/home/me',
    tmpDir: '/tmp',
    stdout: new FakePipe(),
    stderr: new FakePipe(),
    uid: 1000,
    gid: 1000,
    pid: 42,
    selfCommand: ['node', 'sti'],
    isAlive: () => false,
    onSignal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onFatal: () => () => {},
    lostOutput: async () => undefined,
    exitNow: (exitCode) => exits.push(exitCode),
    send(signal) {
      for (const listener of listeners) listener(signal);
    },
    exits,
    listening: () => listeners.size,
  };
}
