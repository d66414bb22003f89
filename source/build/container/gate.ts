import { randomBytes } from 'node:crypto';
import type { Attachment, ContainerSettings, ContainerSpec, Engine, Mount, OutputChunk } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { MarkScanner } from '../../protocol/gate/marks.ts';
import {
  type GateCommand,
  type GateMark,
  gateCommand,
  gateLine,
  gateProgram,
  type PutFile,
  parseMark,
} from '../../protocol/gate/program.ts';
import { containerGone, engineLost, startFailure } from './failures.ts';
import { seeRemoved } from './removal.ts';
import { silenceOf } from './silence.ts';

/** Takes a piece of a script's output; a returned promise holds back the rest. */
export type OutputSink = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void | Promise<void>;

export interface ScriptOutcome {
  readonly exitCode: number;
  /** Processes that the script left running; they were killed. */
  readonly others: number;
  readonly oomKills: number;
}

export interface GateSpec {
  readonly name: string;
  readonly image: string;
  readonly user: string;
  readonly env: readonly string[];
  readonly mounts: readonly Mount[];
  readonly publish?: NonNullable<ContainerSpec['publish']>;
  readonly settings?: ContainerSettings | undefined;
  /** Only for one that is never committed. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A gated container (docs/architecture.md, "the gate"): created and started before there is anything to do in it, it waits
 * for its files and for the one command that runs a script. It lives as long as its stdin is open, so it can't outlive
 * sti, and the engine removes it when it ends.
 */
export class Gate {
  readonly id: string;
  /** Who the container runs as, as the gate sees it. Rejects when the container doesn't come up. */
  readonly ready: Promise<{ readonly uid: number; readonly gid: number }>;
  /** Resolves when the container has ended although nobody discarded it. */
  readonly gone: Promise<StiError>;
  #tellGone: (error: StiError) => void = () => {};
  readonly #engine: Engine;
  readonly #attachment: Attachment;
  readonly #waiting = new Map<GateMark['kind'], { resolve(mark: GateMark): void; reject(error: unknown): void }>();
  #entries: string[] = [];
  #sink: OutputSink = () => {};
  #ended: StiError | undefined;
  #isSilent = false;
  #discarded = false;
  readonly #over = deferred();
  readonly #discard = deferred();
  /** Resolves when its output is over: it ends, or has ended. Something may still run in it; see `removed`. */
  readonly over = this.#over.promise;
  /** Resolves when the engine has removed it: nothing runs in it any more. */
  readonly removed: Promise<void>;

  private constructor(engine: Engine, id: string, attachment: Attachment, nonce: string) {
    this.#engine = engine;
    this.id = id;
    this.#attachment = attachment;
    this.gone = new Promise((resolve) => {
      this.#tellGone = resolve;
    });
    this.ready = this.#mark('ready').then(({ uid, gid }) => ({ uid, gid }));
    this.ready.catch(() => {});
    // Whoever takes the output may be stuck with it.
    this.removed = Promise.race([this.over, this.#discard.promise]).then(() => seeRemoved(engine, id));
    this.removed.catch(() => {});
    void this.#read(attachment.output, nonce);
  }

  /** Resolves when the engine has started the container; `ready` follows. Create and start aren't abortable: a name given away must be known to exist or not. */
  static async start(engine: Engine, spec: GateSpec, limit?: number): Promise<Gate> {
    const id = await engine.createContainer({ ...spec, command: gateCommand, interactive: true });
    try {
      const attachment = await engine.attach(id);
      const nonce = randomBytes(9).toString('hex');
      const gate = new Gate(engine, id, attachment, nonce);
      attachment.stdin.write(`${gateProgram(nonce)}\n`);
      try {
        await engine.start(id);
      } catch (error) {
        attachment.close();
        throw error;
      }
      void silenceOf(engine, gate, spec.image, limit).then((error) => error && gate.#end(error));
      return gate;
    } catch (error) {
      await engine.removeContainer(id).catch(() => {});
      throw startFailure(error, spec);
    }
  }

  /** Runs a script of the container and resolves when it has ended and all of its output has gone to `sink`. */
  async run(verb: 'run' | 'apart' | 'help', path: string, sink: OutputSink): Promise<ScriptOutcome> {
    await this.ready;
    this.#sink = sink;
    const ends = Promise.all([this.#mark('end'), this.#mark('stderr-end')]);
    ends.catch(() => {});
    this.#send(gateLine({ verb, path }));
    const [end] = await ends;
    this.#sink = () => {};
    return end;
  }

  /** Sets a variable for the scripts to come. */
  env(name: string, value: string): Promise<boolean> {
    return this.#do({ verb: 'env', path: `${name}=${value}` });
  }

  /** Goes to a folder, from which `exec` then begins. false: it isn't there. */
  cd(path: string): Promise<boolean> {
    return this.#do({ verb: 'cd', path });
  }

  /**
   * The container becomes the command: from here on it no longer ends with sti, so whoever calls this removes it.
   * Resolves when all of its output has come, which is when it has ended.
   */
  async exec(command: readonly string[], sink: OutputSink): Promise<void> {
    await this.ready;
    this.#sink = sink;
    this.#send(gateLine({ verb: 'exec', command }));
    await this.#over.promise;
  }

  /** Paths of what is directly in a folder of the container, as far as the user may look. */
  async list(path: string): Promise<string[]> {
    await this.ready;
    this.#entries = [];
    const listed = this.#mark('listed');
    this.#send(gateLine({ verb: 'list', path }));
    await listed;
    return this.#entries;
  }

  /**
   * Writes into regular files that the container has and its user may write. Their modes stay, their modification time is
   * now. false: not all could be written, and those that weren't may have anything in them.
   */
  put(files: readonly PutFile[]): Promise<boolean> {
    return this.#do({ verb: 'put', files });
  }

  /** Removes paths with all below them, in this order. false: one is still there, and so are those that come after it. */
  clear(paths: readonly string[]): Promise<boolean> {
    return this.#do({ verb: 'clear', paths });
  }

  async #do(command: GateCommand): Promise<boolean> {
    await this.ready;
    const done = this.#mark('done');
    this.#send(gateLine(command));
    return (await done).ok;
  }

  /** Lets the container end, and the engine remove it. Safe to call twice. */
  discard(): void {
    this.#discarded = true;
    this.#attachment.close();
    this.#discard.resolve();
  }

  /** Its output is over and it takes no commands any more; why that is may still be asked. */
  get hasEnded(): boolean {
    return this.#isSilent;
  }

  #send(line: string): void {
    if (this.#ended !== undefined) throw this.#ended;
    this.#attachment.stdin.write(line);
  }

  #mark<Kind extends GateMark['kind']>(kind: Kind): Promise<Extract<GateMark, { kind: Kind }>> {
    const mark = new Promise<Extract<GateMark, { kind: Kind }>>((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended);
      const isKind = (mark: GateMark): mark is Extract<GateMark, { kind: Kind }> => mark.kind === kind;
      this.#waiting.set(kind, { resolve: (mark) => isKind(mark) && resolve(mark), reject });
    });
    // Whoever asks may fail before it waits.
    mark.catch(() => {});
    return mark;
  }

  async #read(output: AsyncIterable<OutputChunk>, nonce: string): Promise<void> {
    const scanners = { stdout: new MarkScanner(nonce), stderr: new MarkScanner(nonce) };
    let failure: unknown;
    try {
      for await (const { stream, bytes } of output) {
        for (const found of scanners[stream].push(bytes)) {
          if ('mark' in found) this.#heard(parseMark(found.mark));
          else await this.#sink(stream, found.data);
        }
      }
      for (const stream of ['stdout', 'stderr'] as const) await this.#sink(stream, scanners[stream].flush());
    } catch (error) {
      failure = error;
    }
    await this.#end(failure);
  }

  #heard(mark: GateMark | undefined): void {
    if (mark?.kind === 'entry') this.#entries.push(mark.path);
    else if (mark !== undefined) {
      this.#waiting.get(mark.kind)?.resolve(mark);
      this.#waiting.delete(mark.kind);
    }
  }

  /** The stream is over before it should be: find out whose fault it is, and tell whoever waits. */
  async #end(failure: unknown): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#isSilent = true;
    let error = failure instanceof StiError ? failure : undefined;
    if (error === undefined && !this.#discarded) {
      error = await this.#engine.ping().then(
        () => undefined,
        (cause: unknown) => (cause instanceof StiError ? cause : engineLost(cause)),
      );
    }
    this.#ended = error ?? (this.#discarded ? new StiError('assemble', 'stopped') : containerGone(failure));
    this.#attachment.close();
    for (const waiter of this.#waiting.values()) waiter.reject(this.#ended);
    this.#waiting.clear();
    if (!this.#discarded) this.#tellGone(this.#ended);
    this.#over.resolve();
  }
}

function deferred(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}
