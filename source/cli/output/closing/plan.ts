import type { BuildPlan } from '../../../build/events.ts';
import { namedLine } from '../../../terminal/columns.ts';
import { sanitize } from '../../../terminal/sanitize.ts';
import { formatBytes, formatFiles, shortId } from '../../../terminal/units.ts';

/** What `sti build --dry-run` prints. */
export function describePlan(plan: BuildPlan): string {
  const { source, builder, scripts, artifacts, wayIn, assemble, runtime, commit, tag, outputs, push, sbom } = plan;
  const { contextDir, revision, location, files, bytes, kind } = source;
  const id = builder.imageId === null ? 'not here' : shortId(builder.imageId);
  const labels = Object.keys(commit.labels).length;
  const variables = assemble.variables.length === 0 ? 'no variables of its own' : assemble.variables.join(', ');
  const lines: (readonly [string, readonly string[]])[] = [
    [
      'source',
      [
        kind,
        contextDir === null ? location : `${contextDir} of ${location}`,
        ...(revision === null ? [] : [revision]),
        `${formatFiles(files)}, ${formatBytes(bytes)}`,
      ],
    ],
    ['builder', [builder.name, id, builder.pull]],
    ...scripts.map(({ name, path, from }, index) => [index === 0 ? 'scripts' : '', [name, path, from]] as const),
    ['artifacts', [artifacts.reason]],
    ['copied by', [wayIn.name, wayIn.reason]],
    ['assemble', [`as ${userName(assemble.user)}`, variables]],
    ...(runtime === undefined ? [] : [['runtime', runtimeWords(runtime)] as const]),
    [
      'commit',
      [`CMD ${JSON.stringify(commit.cmd)}`, `as ${userName(commit.user)}`, `${labels} labels`, ...commit.exposedPorts],
    ],
    ['tag', tagWords(tag)],
    ...(outputs.length === 0 ? [] : [['output', outputs] as const]),
    ...(push && tag.name !== null ? [['push', [tag.name, ...(sbom ? ['with its SBOM'] : [])]] as const] : []),
  ];
  return `${lines.map(([name, parts]) => namedLine(name, sanitize(parts.join(' · ')))).join('\n')}\n`;
}

function tagWords({ name, imageId, removed }: BuildPlan['tag']): string[] {
  if (name === null) return ["none: the image's id is printed"];
  if (imageId === null) return [name, 'new'];
  return [name, `until now ${shortId(imageId)}${removed ? ', which is removed' : ''}`];
}

function runtimeWords({ name, imageId, pull, artifacts, user }: NonNullable<BuildPlan['runtime']>): string[] {
  const id = imageId === null ? 'not here' : shortId(imageId);
  return [
    name,
    id,
    pull,
    artifacts.length === 0 ? 'gets what its label says' : `gets ${artifacts.join(', ')}`,
    `as ${userName(user)}`,
  ];
}

function userName(user: string): string {
  return user === '' ? 'root' : user;
}
