import { existsSync, readFileSync } from 'node:fs';
import { Duplex, PassThrough } from 'node:stream';
import type { Attachment, ContainerDetails, ContainerSpec } from '../../../source/engine/engine.ts';

/** Resolves when it is this thing's turn to happen. */
export type Turn = (what: string) => Promise<unknown>;

/** What scripts do with a state of the source: the content of its file `state`. */
export interface Scripts {
  readonly assembleExit: (state: string) => number;
  /** Undefined: the application goes on running. */
  readonly runExit: (state: string) => number | undefined;
}

/** A container as far as the order of events goes: its gate, the one file `state` of its source, its end. */
export class FakeContainer {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly files = new Map<string, string>();
  readonly ended: Promise<number>;
  readonly removed: Promise<void>;
  /** The state that was assembled in it, or that its image has. */
  state: string | undefined;
  status: 'created' | 'running' | 'ended' | 'removed' = 'created';
  /** Assemble runs in it, and somebody wants to know how that ends. */
  isAssembling = false;
  isApp = false;
  #end: (exitCode: number) => void = () => {};
  #remove: () => void = () => {};
  readonly #turn: Turn;
  readonly #scripts: Scripts;
  readonly #output = new PassThrough({ objectMode: true });
  #lines = '';
  #nonce = '';
  #before: Promise<unknown> = Promise.resolve();

  constructor(id: string, spec: ContainerSpec, state: string | undefined, turn: Turn, scripts: Scripts) {
    this.id = id;
    this.spec = spec;
    this.state = state;
    this.#turn = turn;
    this.#scripts = scripts;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.removed = new Promise((resolve) => {
      this.#remove = resolve;
    });
  }

  get details(): ContainerDetails {
    return {
      id: this.id,
      running: this.status === 'running',
      exitCode: 0,
      mergedRoot: undefined,
      ipAddress: '',
      published: new Map(),
    };
  }

  attach(): Attachment {
    const stdin = new Duplex({
      read() {},
      write: (text: Buffer, _encoding, done) => {
        this.#hear(text.toString('latin1'));
        done();
      },
      final: (done) => {
        // A program that never asked for its stdin doesn't hear of its end.
        if (!this.isApp) this.end(0);
        done();
      },
    });
    // What it is sent after its end is lost.
    stdin.on('error', () => {});
    return { stdin, output: this.#output, close: () => void stdin.end() };
  }

  start(): void {
    this.status = 'running';
    if (this.spec.interactive) return;
    this.#become(this.state ?? '');
  }

  /** Ends it, as its own end, a signal or a kill does. */
  end(exitCode: number): void {
    if (this.status === 'ended' || this.status === 'removed') return;
    this.status = 'ended';
    this.isAssembling = false;
    this.#output.end();
    this.#end(exitCode);
    if (this.spec.interactive) void this.#turn(`${this.id} is removed`).then(() => this.remove());
  }

  remove(): void {
    this.end(137);
    this.status = 'removed';
    this.#remove();
  }

  /** What is at this path of its source now. */
  read(path: string): string | undefined {
    const mount = this.spec.mounts.find(({ type }) => type === 'bind');
    if (mount?.type !== 'bind') return this.files.get(`/tmp/${path}`);
    const file = `${mount.source}/${path}`;
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  #hear(text: string): void {
    this.#lines += text;
    const nonce = /@@(\w+):/.exec(this.#lines)?.[1];
    if (this.#nonce === '' && nonce !== undefined) {
      this.#nonce = nonce;
      this.#lines = '';
      this.#later('is ready', () => this.#mark(`ready:${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`));
      return;
    }
    for (;;) {
      const command = /^(?:put|clear|exec)\n[\s\S]*?^\n|^(?!put\n|clear\n|exec\n).*\n/m.exec(this.#lines)?.[0];
      if (command === undefined || !this.#lines.startsWith(command)) return;
      this.#lines = this.#lines.slice(command.length);
      this.#obey(command.trimEnd());
    }
  }

  #obey(command: string): void {
    const [first = '', ...lines] = command.split('\n');
    const [verb] = first.split(' ');
    if (verb === 'run' || verb === 'apart') this.#assemble();
    if (verb === 'exec') this.#become(this.state ?? '');
    if (verb === 'list') this.#later('lists', () => this.#mark('listed'));
    if (verb === 'cd') this.#later('enters', () => this.#mark('done:0'));
    if (verb === 'clear') this.#later('clears', () => this.#mark('done:0'));
    if (verb === 'put') {
      for (let at = 0; at < lines.length; at += 2) {
        this.files.set(lines[at] ?? '', (lines[at + 1] ?? '').replaceAll('\\n', '\n'));
      }
      this.#later('puts', () => this.#mark('done:0'));
    }
  }

  #assemble(): void {
    const state = this.read('src/state') ?? 'nothing';
    this.isAssembling = true;
    this.#later(`assembles ${state.trim()}`, () => {
      this.isAssembling = false;
      this.state = state;
      this.#mark('end', 'stderr');
      this.#mark(`end:${this.#scripts.assembleExit(state)}:0:0`);
    });
  }

  #become(state: string): void {
    this.isApp = true;
    const exit = this.#scripts.runExit(state);
    if (exit !== undefined) this.#later(`ends with ${exit}`, () => this.end(exit));
  }

  #later(what: string, action: () => void): void {
    this.#before = this.#before
      .then(() => this.#turn(`${this.id} ${what}`))
      .then(() => {
        if (this.status === 'running' || this.status === 'created') action();
      });
  }

  #mark(text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    this.#output.write({ stream, bytes: Buffer.from(`@@${this.#nonce}:${text}@@\n`) });
  }
}
