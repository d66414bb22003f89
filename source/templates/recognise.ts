import type { TemplateName } from './names.ts';

export interface Recognised {
  readonly language: TemplateName;
  /** The files that say so. */
  readonly because: readonly string[];
  /** Languages that other files speak for. */
  readonly also: readonly TemplateName[];
}

type Signs = readonly (readonly [TemplateName, RegExp])[];

/**
 * Manifests and lock files. A package.json is often there for the pages of an application in another language, so that
 * comes first.
 */
const manifests: Signs = [
  ['ruby', /^(Gemfile(\.lock)?|config\.ru)$/],
  ['php', /^composer\.(json|lock)$/],
  ['python', /^(requirements\.txt|pyproject\.toml|uv\.lock|poetry\.lock|Pipfile(\.lock)?|setup\.py|manage\.py)$/],
  ['java', /^(pom\.xml|build\.gradle(\.kts)?)$/],
  ['go', /^go\.mod$/],
  ['rust', /^Cargo\.toml$/],
  ['nodejs', /^(package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock)$/],
];

/** What an application without dependencies begins with. Sites have an app.js, too. */
const beginnings: Signs = [
  ['python', /^(app|main|wsgi)\.py$/],
  ['ruby', /^app\.rb$/],
  ['php', /^index\.php$/],
  ['java', /^Main\.java$/],
  ['static', /^index\.html$/],
  ['nodejs', /^(server|app|index)\.m?js$/],
  ['buildpack', /^(Procfile|\.buildpacks)$/],
];

/**
 * The language of an application by the names of the files at its top; undefined: none of them says it.
 * @param packageJson its content, when there is one
 */
export function recognise(names: readonly string[], packageJson = ''): Recognised | undefined {
  return decide(manifests, names, packageJson) ?? decide(beginnings, names, '');
}

function decide(signs: Signs, names: readonly string[], packageJson: string): Recognised | undefined {
  const found = signs.flatMap(([language, sign]) => {
    const because = names.filter((name) => sign.test(name)).sort();
    return because.length > 0 ? [{ language, because }] : [];
  });
  const own = found.find(({ language }) => language === 'nodejs' && hasStart(packageJson));
  const chosen = own ?? found[0];
  if (chosen === undefined) return undefined;
  return { ...chosen, also: found.filter((other) => other !== chosen).map(({ language }) => language) };
}

/** Whether it starts something: then the application is Node.js, whatever else is there. */
function hasStart(packageJson: string): boolean {
  try {
    const manifest: unknown = JSON.parse(packageJson.replace(/^\uFEFF/, ''));
    const scripts = isRecord(manifest) ? manifest['scripts'] : undefined;
    return isRecord(scripts) && typeof scripts['start'] === 'string';
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
