import { pullPolicies, transportNames } from '../../build/request.ts';
import { labels, variables } from './kinds/assignment.ts';
import { choice, toggle } from './kinds/choice.ts';
import { list } from './kinds/list.ts';
import { outputPlace } from './kinds/mount.ts';
import { duration } from './kinds/number.ts';
import { scriptsUrl, webUrl } from './kinds/reference.ts';
import { containerPath, path, regularExpression, sourceFolder, text, user } from './kinds/text.ts';
import type { Option } from './option.ts';

/** How an image is built. */
export const buildOptions = {
  env: {
    names: ['-e', '--env'],
    kind: variables,
    help: 'Set a variable for the scripts and in the image',
    configuredBy: 'folder',
  },
  envFile: {
    names: ['-E', '--env-file', '--environment-file'],
    kind: path('FILE'),
    help: 'Read variables from a file, one NAME=VALUE a line',
    configuredBy: 'folder-inside',
  },
  ref: {
    names: ['-r', '--ref'],
    kind: text({ placeholder: 'REF' }),
    help: 'Build this branch, tag or commit of a git source',
    configuredBy: 'folder',
  },
  contextDir: {
    names: ['--context-dir'],
    kind: sourceFolder,
    help: 'Build this folder of the source instead of all of it',
    configuredBy: 'folder',
  },
  scripts: {
    names: ['-s', '--scripts', '--scripts-url'],
    kind: scriptsUrl,
    help: 'Take scripts from this URL first',
    configuredBy: 'folder-inside',
  },
  imageScriptsUrl: {
    names: ['--image-scripts-url'],
    kind: scriptsUrl,
    help: "Look for the builder image's own scripts at this URL",
    otherwise: 'what the image says',
    configuredBy: 'folder-inside',
  },
  destination: {
    names: ['-d', '--destination'],
    kind: containerPath,
    help: 'Put source and scripts into this folder of the container',
    otherwise: 'what the image says, else /tmp',
    configuredBy: 'folder',
  },
  exclude: {
    names: ['--exclude'],
    kind: regularExpression,
    help: 'Leave out files whose path in the source matches',
  },
  ignoreSubmodules: {
    names: ['--ignore-submodules'],
    kind: toggle,
    help: 'Clone a git source without its submodules',
    configuredBy: 'folder',
  },
  assembleUser: {
    names: ['--assemble-user'],
    kind: user,
    help: 'Run assemble as this user of the builder image',
    configuredBy: 'folder',
  },
  clean: {
    names: ['--clean'],
    kind: toggle,
    help: 'Do not reuse artifacts of the previous image',
    configuredBy: 'folder',
  },
  incremental: {
    names: ['--incremental'],
    kind: toggle,
    help: 'Reuse artifacts of the previous image',
    default: true,
    configuredBy: 'folder',
  },
  artifactsTimeout: {
    names: ['--artifacts-timeout'],
    kind: duration,
    help: 'Give up on save-artifacts after this time',
    default: 10 * 60_000,
    configuredBy: 'folder',
  },
  pullPolicy: {
    names: ['-p', '--pull-policy'],
    kind: choice('WHEN', pullPolicies),
    help: 'Choose when to pull the builder image',
    default: 'if-not-present',
    configuredBy: 'folder',
  },
  incrementalPullPolicy: {
    names: ['--incremental-pull-policy'],
    kind: choice('WHEN', pullPolicies),
    help: 'Choose when to pull the previous image',
    default: 'never',
    configuredBy: 'folder',
  },
  applicationName: {
    names: ['-n', '--application-name'],
    kind: text({ placeholder: 'NAME' }),
    help: 'Give the image this display name',
    otherwise: 'its tag',
    configuredBy: 'folder',
  },
  description: {
    names: ['--description'],
    kind: text({ placeholder: 'TEXT' }),
    help: 'Give the image this description',
    configuredBy: 'folder',
  },
  labels: {
    names: ['--label'],
    kind: labels,
    help: 'Add a label to the image',
    configuredBy: 'folder',
  },
  asDockerfile: {
    names: ['--as-dockerfile'],
    kind: path('FILE'),
    help: 'Write a Dockerfile and its context instead of an image',
    configuredBy: 'nobody',
  },
  builder: {
    names: ['--builder'],
    kind: choice('PROGRAM', ['buildkit', 'buildah']),
    help: 'Build by a Dockerfile with this program',
    otherwise: 'the engine, in a container',
  },
  dryRun: {
    names: ['--dry-run'],
    kind: toggle,
    help: 'Print what would be done and why, and do nothing',
    configuredBy: 'nobody',
  },
  rm: {
    names: ['--rm'],
    kind: toggle,
    help: 'Remove the previous image once the new one is tagged',
  },
  output: {
    names: ['--output'],
    kind: list(outputPlace),
    help: 'Write it to oci:DIR, docker:FILE or sbom:FILE as well',
  },
  push: {
    names: ['--push'],
    kind: toggle,
    help: 'Push the image to the registry that its tag names',
  },
  sbom: {
    names: ['--sbom'],
    kind: toggle,
    help: 'With --push, attach an SBOM to it in the registry',
  },
  run: {
    names: ['--run'],
    kind: toggle,
    help: 'Run the image once it is built, until it ends',
    configuredBy: 'nobody',
  },
  callbackUrl: {
    names: ['--callbackUrl', '--callback-url'],
    kind: webUrl,
    help: 'Post the outcome to this URL when the build is over',
  },
  metadataFile: {
    names: ['--metadata-file'],
    kind: path('FILE'),
    help: 'Write image id, digests, tags and revision as JSON',
  },
  savetempdir: {
    names: ['--savetempdir', '--save-temp-dir'],
    kind: toggle,
    help: 'Keep the temporary folder and print its path',
  },
  transport: {
    names: ['--transport'],
    kind: choice('WAY', transportNames),
    help: 'Force how the source enters the container',
    hidden: true,
  },
} as const satisfies Record<string, Option>;
