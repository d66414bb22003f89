import { describe, expect, it } from 'vitest';
import {
  formatRuntimeArtifact,
  parseInputFiles,
  parseRuntimeArtifact,
} from '../../source/protocol/runtime-artifacts.ts';

describe('what goes into a runtime image', () => {
  it.each([
    ['/tmp/app.war', '/tmp/app.war', ''],
    ['/tmp/app.war:.', '/tmp/app.war', ''],
    ['/tmp/app.war:app/dist/', '/tmp/app.war', 'app/dist'],
    ['/opt/data/', '/opt/data', ''],
    ['/a b:./c d', '/a b', 'c d'],
  ])('is %j', (text, source, target) => {
    expect(parseRuntimeArtifact(text)).toEqual({ source, target });
    expect(parseRuntimeArtifact(formatRuntimeArtifact({ source, target }))).toEqual({ source, target });
  });

  it.each(['', '/', 'app.war', '/a:/b', '/a:..', '/a:b/../..', '/a/../b', '/opt/*.jar', '/a:b:c', '/a\nb'])(
    'is never %j',
    (text) => {
      expect(parseRuntimeArtifact(text)).toBeUndefined();
    },
  );

  it('is a list with semicolons in a label, all of it or nothing', () => {
    expect(parseInputFiles('/a:b; /c;')).toEqual([
      { source: '/a', target: 'b' },
      { source: '/c', target: '' },
    ]);
    expect(parseInputFiles('/a;b')).toBeUndefined();
  });
});
