import { describe, expect, it } from 'vitest';
import { transportNames } from '../../source/build/request.ts';
import { appSource, build, buildWith, isIncremental, succeeded } from '../support/app-build.ts';
import * as scripts from '../support/builder-scripts.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { printedBy, scriptLines } from '../support/dev-events.ts';
import { runContainer } from '../support/engine.ts';

const user = { name: 'app', uid: 1001, gid: 1001 };

/** A builder whose save-artifacts does what these lines say, and how a second build with it went. */
async function secondBuild(lines: string, options: { builder?: Builder; args?: readonly string[] } = {}) {
  const builder: Builder = {
    ...options.builder,
    scripts: { ...options.builder?.scripts, 'save-artifacts': `#!/bin/sh\n${lines}\n` },
  };
  const { tag } = await build(builder, options);
  return build(builder, { ...options, tag });
}

/** Says what there is in /tmp/artifacts. */
const looking: Builder = {
  scripts: { assemble: `${scripts.assemble}[ ! -e /tmp/artifacts ] || echo "found: $(echo $(ls /tmp/artifacts))"\n` },
};

describe('the archive that save-artifacts prints', () => {
  it.each([
    ['plain', 'tar -cf - -C /app deps'],
    ['gzipped', 'tar -czf - -C /app deps'],
    ['followed by zeros', 'tar -cf - -C /app deps; head -c 20480 /dev/zero'],
    ['gzipped with zeros in it', '{ tar -cf - -C /app deps; head -c 20480 /dev/zero; } | gzip'],
    ['named with ./', 'tar -cf - -C /app ./deps'],
  ])('may be %s', async (_, lines) => {
    const { tag } = await secondBuild(lines);
    expect((await runContainer({ image: tag })).stdout).toContain('build 2\n');
  });

  it('wins over files in /tmp/artifacts', async () => {
    const second = await secondBuild('echo other > /tmp/artifacts/other\ntar -cf - -C /app deps', { builder: looking });
    expect(scriptLines(second)).toContain('artifacts of build 1 restored');
    expect(scriptLines(second)).toContain('found: deps');
  });
});

describe('what save-artifacts prints beside files in /tmp/artifacts', () => {
  it('is log text, from the first byte to the last', async () => {
    const second = await secondBuild(
      'echo first\ncp -R /app/deps /tmp/artifacts/deps\nhead -c 3000 /dev/zero | tr "\\000" x\necho\necho last >&2',
    );
    const lines = ['artifacts of build 1 restored', 'first', 'x'.repeat(3000), 'last'];
    expect(scriptLines(second)).toEqual(expect.arrayContaining(lines));
  });
});

describe('the save-artifacts script', () => {
  it('may be the source’s, with the siblings that it sources', async () => {
    const source = appSource({
      '.sti/bin/save-artifacts':
        '#!/bin/sh\n. "$(dirname "$0")/common/words.sh"\nsay_it >&2\nexec tar -cf - -C /app deps\n',
      '.sti/bin/common/words.sh': 'say_it() { echo "from the sibling"; }\n',
    });
    const { tag } = await build('named user', { source });
    const second = await build('named user', { source, tag });
    expect(scriptLines(second)).toContain('from the sibling');
    expect((await runContainer({ image: tag, command: ['cat', '/app/deps/builds'] })).stdout).toBe('2\n');
  });

  it('has the environment that assemble has', async () => {
    const source = appSource({ '.sti/environment': 'FROM_FILE=file\nFROM_BOTH=file\n' });
    const builder: Builder = {
      scripts: {
        'save-artifacts': '#!/bin/sh\necho "saw $FROM_FILE $FROM_BOTH $FROM_IMAGE" >&2\nexec tar -cf - -C /app deps\n',
      },
      env: { FROM_IMAGE: 'image' },
    };
    const { tag } = await build(builder, { source });
    const second = await build(builder, { source, tag, args: ['-e', 'FROM_BOTH=flag'] });
    expect(scriptLines(second)).toContain('saw file flag image');
  });

  it('runs as the user of the image before, whoever assemble runs as', async () => {
    const lines = 'echo "saving as $(id -u):$(id -g)" >&2\necho x > /tmp/artifacts/x\nls -ldn /tmp/artifacts >&2';
    const second = await secondBuild(lines, {
      builder: { user },
      args: ['--assemble-user', 'root'],
    });
    expect(printedBy(second).split('\n')).toEqual(expect.arrayContaining(['saving as 1001:1001', 'assembling as 0:0']));
    expect(isIncremental(second)).toBe(true);
  });

  it.each(transportNames)('is the current builder’s, not the one in the image before (%s)', async (transport) => {
    const args = ['--transport', transport];
    const older = { user, scripts: { 'save-artifacts': '#!/bin/sh\necho "old script" >&2\nexit 5\n' } };
    const newer = {
      user,
      scripts: {
        'save-artifacts': `#!/bin/sh\n. "$(dirname "$0")/words"\n${scripts.saveToStream}`,
        words: 'echo "new script" >&2\n',
      },
    };
    const { tag } = await build(older, { args });
    const second = succeeded(await buildWith(await makeBuilder(newer), { tag, args }));
    expect(scriptLines(second)).toContain('new script');
    expect(scriptLines(second)).not.toContain('old script');
    expect((await runContainer({ image: tag })).stdout).toContain('build 2\n');
  });
});
