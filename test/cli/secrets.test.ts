import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../source/cli/secrets.ts';

describe('createSecrets', () => {
  it('takes passwords out of URLs from the beginning', () => {
    expect(createSecrets().redact('from https://me:hunter2@host/x')).toBe('from https://me:***@host/x');
  });

  it('takes out the values of variables whose name says secret, once it knows them', () => {
    const { redact, hide } = createSecrets();
    hide([
      { name: 'API_TOKEN', value: 'hunter2' },
      { name: 'COLOUR', value: 'green' },
    ]);
    expect(redact('hunter2 is green, https://me:pass@host')).toBe('*** is green, https://me:***@host');
  });

  it('keeps hiding the values that it knew before', () => {
    const { redact, hide } = createSecrets();
    hide([{ name: 'API_TOKEN', value: 'hunter2' }]);
    hide([{ name: 'API_TOKEN', value: 'swordfish' }]);
    expect(redact('hunter2 swordfish')).toBe('*** ***');
  });
});
