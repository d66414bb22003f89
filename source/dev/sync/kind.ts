export type ChangeType = 'changed' | 'added' | 'removed';

/** Files that are dealt with alike: those of one folder with one ending that change in one way. */
export interface Kind {
  readonly change: ChangeType;
  /** Of the source; '' is its root. */
  readonly folder: string;
  /** `.js`; the whole name where it has none. */
  readonly ending: string;
}

export function kindOf(path: string, change: ChangeType): Kind {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const dot = name.lastIndexOf('.');
  return { change, folder: path.slice(0, Math.max(0, slash)), ending: dot > 0 ? name.slice(dot) : name };
}

/** One word for each kind; see `parseKind`. */
export function formatKind({ change, folder, ending }: Kind): string {
  return `${change} ${folder === '' ? '' : `${folder}/`}*${ending}`;
}

export function parseKind(text: string): Kind | undefined {
  const [, change = '', folder = '', ending = ''] = /^(changed|added|removed) (?:(.*)\/)?\*([^/]+)$/s.exec(text) ?? [];
  return change === 'changed' || change === 'added' || change === 'removed' ? { change, folder, ending } : undefined;
}

/** `*.js under src/`, for a person. */
export function describeKind({ change, folder, ending }: Kind): string {
  const files = ending.startsWith('.') ? `*${ending}` : ending;
  const where = folder === '' ? files : `${files} under ${folder}/`;
  return change === 'changed' ? where : `${where}, ${change}`;
}

/**
 * What says which dependencies an application has, or how it is built: a change of it may change anything. And what begins
 * with a dot, which is for tools.
 */
export function isForBuild(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return path.split('/').some((part) => part.startsWith('.')) || forBuild.test(name);
}

const forBuild = new RegExp(
  `^(?:${[
    'package(?:-lock)?\\.json|npm-shrinkwrap\\.json|yarn\\.lock|pnpm-(?:lock|workspace)\\.yaml|bun\\.lockb?|deno\\.(?:jsonc?|lock)',
    '[tj]sconfig.*\\.json|.*\\.config\\.[cm]?[jt]s',
    '.*requirements.*\\.(?:txt|in)|constraints.*\\.txt|pyproject\\.toml|setup\\.(?:py|cfg)|Pipfile(?:\\.lock)?|(?:poetry|uv|pdm)\\.lock|environment\\.ya?ml',
    'Gemfile(?:\\.lock)?|gems\\.(?:rb|locked)|.*\\.gemspec|Rakefile|config\\.ru',
    'go\\.(?:mod|sum|work)|Cargo\\.(?:toml|lock)|build\\.rs|composer\\.(?:json|lock)|cpanfile',
    'pom\\.xml|.*\\.gradle(?:\\.kts)?|gradle\\.properties|gradlew|mvnw|build\\.xml|build\\.sbt',
    'Makefile|GNUmakefile|makefile|CMakeLists\\.txt|meson\\.build|configure|Dockerfile.*|Containerfile.*|Procfile|.*\\.(?:cs|fs|vb)proj|.*\\.sln',
  ].join('|')})$`,
);
