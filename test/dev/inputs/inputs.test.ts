import { describe, expect, it } from 'vitest';
import { concernsInputs } from '../../../source/dev/inputs/inputs.ts';

describe('what a session prepares', () => {
  it.each(['.sti/environment', '.s2i/bin/run', '.sti/bin', '.sti', '.s2i', 'deploy/run.sh'])(
    'depends on %s',
    (path) => {
      expect(concernsInputs(path, ['deploy/run.sh'])).toBe(true);
    },
  );

  it.each(['index.html', 'deploy', '.sti/config.json', '.stignore', 'app/.sti/environment'])(
    'does not depend on %s',
    (path) => {
      expect(concernsInputs(path, ['deploy/run.sh'])).toBe(false);
    },
  );
});
