import { metadataFile } from '../protocol/paths.ts';
import { ownCaches, withMounts } from './mounts.ts';
import { assignments, paths, shellWord, word } from './quote.ts';
import { type CachedStage, contextFolder, type Recipe } from './recipe.ts';

/**
 * The Dockerfile that makes the image of a build (docs/protocol.md, "As a Dockerfile"): one text for one recipe, on any
 * machine, for the classic `docker build` as well as for newer ones.
 */
export function dockerfileText(recipe: Recipe): string {
  const stages = [...(recipe.cached === undefined ? [] : cachedStage(recipe, recipe.cached)), ...mainStage(recipe)];
  return `${stages.join('\n')}\n`;
}

function mainStage(recipe: Recipe): string[] {
  const { builder, assembleUser, builderUser, cached, paths: at } = recipe;
  const owner = ownerFlag(assembleUser);
  const folders = recipe.scripts.map((folder) => [folder, at[folder]] as const);
  const become = users(builderUser);
  const restore = `(rmdir ${shellWord(at.artifacts)} 2> /dev/null || true) && `;
  const chown = ownCaches(recipe.caches, assembleUser);
  // A builder without USER whose assemble ran as somebody else runs as root, as a commit has it.
  const finalUser = builderUser === '' && !isRoot(assembleUser) ? '0' : (builderUser ?? assembleUser);
  return [
    `FROM ${builder}`,
    ...assignments('LABEL', Object.entries(recipe.labels).toSorted(byName)),
    ...environment(recipe),
    ...[...folders, ['src', at.source] as const].map(
      ([from, to]) => `COPY ${owner}${paths(`${contextFolder}/${from}`, to)}`,
    ),
    ...(cached === undefined ? [] : [`COPY ${owner}--from=cached ${paths(at.artifacts, at.artifacts)}`]),
    ...(recipe.contextRun === undefined ? [] : [`COPY ${paths(recipe.contextRun, recipe.run)}`]),
    ...(chown === undefined ? [] : [...become('0'), chown]),
    ...become(assembleUser),
    withMounts(`${cached === undefined ? '' : restore}${shellWord(recipe.assemble)}`, {
      ...recipe,
      user: assembleUser,
    }),
    ...become('0'),
    `RUN rm -rf ${leftovers(recipe).map(shellWord).join(' ')}${recipe.secrets.length > 0 ? noSecrets : ''}`,
    ...become(finalUser),
    `CMD ${JSON.stringify([recipe.run])}`,
  ];
}

/** The folder that secrets were mounted in stays, empty, unless the builder has something there. */
const noSecrets = ' && (rmdir /run/secrets 2> /dev/null || true)';

/** What a build brings in and no image keeps. */
function leftovers({ paths: at, scripts }: Recipe): string[] {
  const metadata = at.source.startsWith('/tmp/src') ? metadataFile.replace(/\/[^/]*$/, '') : metadataFile;
  return [at.source, at.artifacts, ...scripts.map((folder) => at[folder]), metadata];
}

/**
 * Runs save-artifacts in the previous image as that image's user, and leaves in the artifacts folder what it saved by either
 * protocol; a script that fails saves nothing.
 */
function cachedStage(recipe: Recipe, cached: CachedStage): string[] {
  const { tag, script } = cached;
  const { paths: at, caches } = recipe;
  const folder = shellWord(at.artifacts);
  const archive = shellWord(`${at.artifacts}.tar`);
  const run = shellWord(script);
  return [
    `FROM ${tag} AS cached`,
    ...environment(recipe),
    ...copiesForScript(recipe, cached),
    [
      `${withMounts(`mkdir -p ${folder} && umask 0`, { caches, secrets: [], user: recipe.assembleUser })} && \\`,
      `    if [ -x ${run} ] && ${run} > ${archive}; then \\`,
      `      if tar -tf ${archive} > /dev/null 2>&1; then tar -xf ${archive} -C ${folder}; fi; \\`,
      `    else rm -rf ${folder} && mkdir ${folder}; fi && \\`,
      `    rm -f ${archive}`,
    ].join('\n'),
  ];
}

/** The script of this build, not the copy that the previous image has, with what is beside it. */
function copiesForScript(
  { builder, scripts, paths: at }: Recipe,
  { builderFolder, sourceFolders }: CachedStage,
): string[] {
  return [
    ...(builderFolder === undefined ? [] : [`COPY --from=${builder} ${paths(builderFolder, builderFolder)}`]),
    ...sourceFolders.map((name) => `COPY ${paths(`${contextFolder}/src/${name}`, `${at.source}/${name}`)}`),
    ...scripts.map((folder) => `COPY ${paths(`${contextFolder}/${folder}`, at[folder])}`),
  ];
}

function environment({ env }: Recipe): string[] {
  const split = (entry: string) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const;
  return assignments('ENV', env.map(split));
}

/** Switches users, where the one that is asked for isn't there already. */
function users(initial: string | undefined): (user: string) => string[] {
  let current = initial;
  return (user) => {
    if (user === current || (current !== undefined && isRoot(user) && isRoot(current))) return [];
    current = user;
    return [`USER ${word(user === '' ? '0' : user)}`];
  };
}

/** Without a group it's root's, as of a user that no passwd knows. */
function ownerFlag(user: string): string {
  return isRoot(user) ? '' : `--chown=${word(user.includes(':') ? user : `${user}:0`)} `;
}

function isRoot(user: string): boolean {
  return /^(root|0|)(:(root|0))?$/.test(user);
}

function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}
