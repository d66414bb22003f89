import { toggle } from './kinds/choice.ts';
import type { Option } from './option.ts';

/** What sti does anyhow, and takes so that scripts written for s2i go on working. */
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
} as const satisfies Record<string, Option>;
