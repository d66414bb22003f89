import { toggle } from './kinds/choice.ts';
import type { Option } from './option.ts';

/** What is there so that scripts written for s2i go on working; two of them sti does anyhow. */
export const compatibleOptions = {
  copy: {
    names: ['-c', '--copy'],
    kind: toggle,
    help: 'Copy a local source instead of cloning it',
    default: true,
    configuredBy: 'folder',
  },
  keepSymlinks: {
    names: ['--keep-symlinks'],
    kind: toggle,
    help: 'Keep symbolic links of the source as links',
    default: true,
    configuredBy: 'folder',
  },
  useConfig: {
    names: ['--use-config'],
    kind: toggle,
    help: 'Take the other options from the .s2ifile of s2i',
    configuredBy: 'nobody',
  },
} as const satisfies Record<string, Option>;
