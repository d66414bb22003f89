import type { Engine } from '../../engine/engine.ts';
import { type ReplaceFile, replaceCommand, replaceLines } from '../../protocol/gate/replace.ts';

/** A shell that replaces files in a container whose application runs: begun before a save, it costs none the start of one. */
export interface Replacer {
  /** false: not all of them could be, and the rest have to be brought otherwise. */
  replace(files: readonly ReplaceFile[]): Promise<boolean>;
  close(): void;
}

/** As the application's own user, who may do no more than it could anyway. Rejects when the engine can't. */
async function openReplacer(engine: Engine, containerId: string): Promise<Replacer> {
  const { stdin, output, close } = await engine.attachExec(containerId, replaceCommand);
  stdin.on('error', () => {});
  let heard = (_line: string) => {};
  let over = false;
  const listen = async () => {
    let line = '';
    for await (const { bytes } of output) {
      const lines = `${line}${bytes.toString('latin1')}`.split('\n');
      line = (lines.pop() ?? '').slice(0, 100);
      for (const one of lines) heard(one);
    }
  };
  void listen()
    .catch(() => {})
    .finally(() => {
      over = true;
      heard('over');
    });
  const replace = (files: readonly ReplaceFile[]) =>
    new Promise<boolean>((resolve) => {
      const answers: string[] = [];
      heard = (line) => {
        answers.push(line);
        if (over || answers.length === files.length) resolve(answers.every((one) => one === 'replaced'));
      };
      if (over) heard('over');
      else stdin.write(replaceLines(files));
    });
  // A save that was given up is still being answered.
  let before: Promise<unknown> = Promise.resolve();
  return {
    close,
    replace(files) {
      const replaced = before.then(() => replace(files));
      before = replaced;
      return replaced;
    },
  };
}

/** The one in the container that is served. */
export class CurrentReplacer {
  readonly #engine: Engine;
  #wanted: string | undefined;
  #current: Replacer | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Goes into this container, and out of the one before; undefined: into none. */
  async reach(containerId: string | undefined): Promise<void> {
    if (this.#wanted === containerId) return;
    this.close();
    this.#wanted = containerId;
    if (containerId === undefined) return;
    const replacer = await openReplacer(this.#engine, containerId).catch(() => undefined);
    if (this.#wanted === containerId) this.#current = replacer;
    else replacer?.close();
  }

  /** Undefined: there is none in this container, or not yet. */
  in(containerId: string): Replacer | undefined {
    return this.#wanted === containerId ? this.#current : undefined;
  }

  close(): void {
    this.#wanted = undefined;
    this.#current?.close();
    this.#current = undefined;
  }
}
