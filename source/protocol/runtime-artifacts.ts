/** What of a built container goes into the runtime image. */
export interface RuntimeArtifact {
  /** Absolute: a file, or a folder, which keeps its name. */
  readonly source: string;
  /** A folder relative to the runtime image's working folder; `''` is that itself. */
  readonly target: string;
}

/** `SOURCE[:TARGET]`; undefined when it isn't that. A target is always a folder, as s2i has it. */
export function parseRuntimeArtifact(text: string): RuntimeArtifact | undefined {
  const [, source = '', target = ''] = /^(\/[^:;\0\n*?]*[^:;\0\n*?/])\/*(?::([^:;\0\n]*))?$/.exec(text.trim()) ?? [];
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const isWrong = source === '' || source.split('/').includes('..') || target.startsWith('/') || parts.includes('..');
  return isWrong ? undefined : { source, target: parts.join('/') };
}

export function formatRuntimeArtifact({ source, target }: RuntimeArtifact): string {
  return target === '' ? source : `${source}:${target}`;
}

/** The label of a runtime image: several, with semicolons. undefined: one of them is wrong. */
export function parseInputFiles(label: string): RuntimeArtifact[] | undefined {
  const written = label.split(';').filter((part) => part.trim() !== '');
  const artifacts = written.map(parseRuntimeArtifact);
  return artifacts.every((artifact) => artifact !== undefined) ? artifacts : undefined;
}
