import { pullPolicies } from '../../build/request.ts';
import { choice } from './kinds/choice.ts';
import { list } from './kinds/list.ts';
import { runtimeArtifact } from './kinds/mount.ts';
import { imageReference } from './kinds/reference.ts';
import { user } from './kinds/text.ts';
import type { Option } from './option.ts';

/** An image that isn't the builder's. */
export const runtimeOptions = {
  runtimeImage: {
    names: ['--runtime-image'],
    kind: imageReference,
    help: 'Copy what was built into this image',
    configuredBy: 'folder',
  },
  runtimeArtifact: {
    names: ['-a', '--runtime-artifact'],
    kind: list(runtimeArtifact),
    help: 'Take this file or folder into the runtime image',
    configuredBy: 'folder',
  },
  assembleRuntimeUser: {
    names: ['--assemble-runtime-user'],
    kind: user,
    help: 'Run assemble-runtime as this user of the runtime image',
    configuredBy: 'folder',
  },
  runtimePullPolicy: {
    names: ['--runtime-pull-policy'],
    kind: choice('WHEN', pullPolicies),
    help: 'Choose when to pull the runtime image',
    default: 'if-not-present',
    configuredBy: 'folder',
  },
} as const satisfies Record<string, Option>;
