import { assignments } from './quote.ts';

/** What a builder with ONBUILD instructions makes an image of: the source, with these at its root. */
export interface OnBuildRecipe {
  readonly builder: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `NAME=VALUE` */
  readonly env: readonly string[];
  readonly hasAssemble: boolean;
  /** The program at the root that starts the application; undefined: the builder's own command does. */
  readonly entrypoint: string | undefined;
}

/** As s2i builds such images, with labels besides. */
export function onBuildText({ builder, labels, env, hasAssemble, entrypoint }: OnBuildRecipe): string {
  const variables = env.map(
    (entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const,
  );
  const lines = [
    `FROM ${builder}`,
    ...assignments('LABEL', Object.entries(labels)),
    ...assignments('ENV', variables),
    ...(hasAssemble ? ['RUN sh assemble'] : []),
    ...(entrypoint === undefined ? [] : [`ENTRYPOINT ${JSON.stringify([`./${entrypoint}`])}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Names of what starts an application, the first that is there. */
const starters = ['run', 'start', 'exec', 'execute'].flatMap((name) => [name, `${name}.sh`]);

/** Which of the programs at the source's root starts the application. */
export function guessEntrypoint(programs: ReadonlySet<string>): string | undefined {
  return starters.find((name) => programs.has(name));
}
