import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { projectFolder } from '../../scripts/project.mjs';
import { tempFolder, writeFiles } from './temp.ts';

interface ScriptRun {
  readonly exitCode: number | null;
  /** stdout and stderr. */
  readonly output: string;
  /** What was asked of the programs that are played, a line each: `npm ci --omit=dev`. */
  readonly asked: readonly string[];
}

/** The scripts of a template at work in folders of their own, with other programs in the place of package managers. */
export class TemplateScripts {
  readonly app: string;
  readonly work: string;
  readonly #scripts: string;
  readonly #programs: string;
  readonly #log: string;

  constructor(template: string) {
    const folder = tempFolder();
    this.#scripts = join(projectFolder, 'templates', template, 's2i/bin');
    this.#programs = join(folder, 'programs');
    this.#log = join(folder, 'asked');
    this.app = join(folder, 'app');
    this.work = join(folder, 'work');
    for (const path of [this.#programs, join(this.work, 'src')]) mkdirSync(path, { recursive: true });
  }

  source(files: Readonly<Record<string, string>>): void {
    writeFiles(join(this.work, 'src'), files);
  }

  /** Puts a program first on the PATH that only says what it was asked; `then` are more lines of its shell script. */
  play(name: string, then = ''): void {
    writeFiles(this.#programs, { [name]: `#!/bin/sh\necho "${name} $*" >> "${this.#log}"\n${then}` });
    chmodSync(join(this.#programs, name), 0o755);
  }

  run(script: 'assemble' | 'run' | 'save-artifacts', env: Readonly<Record<string, string>> = {}): ScriptRun {
    const before = this.#asked().length;
    const ended = spawnSync('/bin/sh', [join(this.#scripts, script)], {
      encoding: 'utf8',
      timeout: 100_000,
      env: this.#environment(env),
    });
    return { exitCode: ended.status, output: ended.stdout + ended.stderr, asked: this.#asked().slice(before) };
  }

  /** Starts the application, and goes on until it is killed. */
  start(env: Readonly<Record<string, string>> = {}): ChildProcessByStdio<null, Readable, null> {
    const script = join(this.#scripts, 'run');
    return spawn('/bin/sh', [script], { stdio: ['ignore', 'pipe', 'inherit'], env: this.#environment(env) });
  }

  /** What `save-artifacts` hands on becomes the artifacts of a build in a new container with the same source. */
  nextBuild(): void {
    const handOn = `rm -rf "$STI_LOCATION/artifacts"; mkdir "$STI_LOCATION/artifacts"
      sh "$0" > "$STI_LOCATION/saved.tar"
      if [ -s "$STI_LOCATION/saved.tar" ]; then tar -xf "$STI_LOCATION/saved.tar" -C "$STI_LOCATION/artifacts"; fi
      rm -rf "$APP_ROOT"`;
    const { PATH = '' } = process.env;
    const env = { PATH, STI_LOCATION: this.work, APP_ROOT: this.app };
    const ended = spawnSync('/bin/sh', ['-ec', handOn, join(this.#scripts, 'save-artifacts')], {
      encoding: 'utf8',
      env,
    });
    if (ended.status !== 0) throw new Error(ended.stderr);
  }

  #environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    const { PATH = '' } = process.env;
    return {
      PATH: `${this.#programs}:${PATH}`,
      HOME: join(this.app, 'src'),
      STI_LOCATION: this.work,
      APP_ROOT: this.app,
      // A container's own goes with it.
      TMPDIR: dirname(this.work),
      ...env,
    };
  }

  #asked(): string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').trimEnd().split('\n') : [];
  }
}
