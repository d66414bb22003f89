import { describe, expect, it } from 'vitest';
import { build, imageOf, isIncremental, removeLater } from '../support/app-build.ts';
import type { Builder } from '../support/builders.ts';
import { eventsOf } from '../support/dev-events.ts';
import { api, createContainer, runContainer } from '../support/engine.ts';
import type { StiEnded } from '../support/sti.ts';

const user = { name: 'app', uid: 1001, gid: 1001 };
const args = ['--progress', 'json'];

/** A builder that moves what it gets, as sclorg's do, with a last word of assemble. */
const moving = (last = ''): Builder => ({
  user,
  scripts: {
    assemble: `#!/bin/sh
set -e
if [ -d /tmp/artifacts/deps ]; then
  mv /tmp/artifacts/deps /app/deps
else
  mkdir /app/deps
  echo dep > /app/deps/read-only
  chmod 444 /app/deps/read-only
  ln -s read-only /app/deps/link
fi
mv /tmp/src /app/src
${last}
`,
    'save-artifacts': '#!/bin/sh\nexec tar -cf - -C /app deps\n',
  },
});

/** Modes, owners, names and link targets of all that an image has below its root, but for what the kernel gives. */
async function filesIn(tag: string): Promise<string[]> {
  const list = 'find / -path /proc -prune -o -path /sys -prune -o -path /dev -prune -o -path /etc -prune -o -print';
  const look = `${list} | sort | while read -r path; do stat -c '%A %u:%g %N' "$path"; done`;
  const { stdout } = await runContainer({ image: tag, entrypoint: ['sh', '-c'], command: [look], user: '0' });
  return stdout.split('\n');
}

/** Gives the tag to an image in which root has run a line. */
async function changeImage(tag: string, line: string): Promise<void> {
  const { Id, Config } = await imageOf(tag);
  removeLater(Id);
  const container = await createContainer({ image: tag, entrypoint: ['sh', '-c'], command: [line], user: '0' });
  await api.call('POST', `/containers/${container}/start`);
  await api.call('POST', `/containers/${container}/wait`);
  const [repo, version] = tag.split(':');
  await api.call('POST', `/commit?container=${container}&repo=${repo}&tag=${version}`, { body: Config });
  await api.call('DELETE', `/containers/${container}?force=1&v=1`);
}

const wayIn = (ended: StiEnded): string[] =>
  eventsOf(ended, 'status').flatMap(({ text }) => /copied by (.*)/.exec(text)?.[1] ?? []);

describe('a build that reuses artifacts', () => {
  it('gives the image that a mount gives', async () => {
    const builder = moving('mkdir /tmp/left && echo left > /tmp/left/file');
    const { tag } = await build(builder);
    const own = await build(builder, { tag, args });
    expect([isIncremental(own), wayIn(own)]).toEqual([true, expect.arrayContaining([expect.stringMatching('layer')])]);
    const inLayer = await filesIn(tag);
    expect(inLayer.filter((line) => /\/tmp\/(src|artifacts)/.test(line))).toEqual([]);
    expect(inLayer).toEqual(expect.arrayContaining([expect.stringMatching(/-r--r--r-- 1001:1001 .*read-only/)]));

    const mounted = await build(builder, { tag, args: [...args, '--transport', 'bind'] });
    expect(isIncremental(mounted)).toBe(true);
    expect(await filesIn(tag)).toEqual(inLayer);
    expect((await imageOf(tag)).Config.Volumes ?? {}).toEqual({});
  });

  it('leaves nothing of the source in the image that its own user could not remove', async () => {
    const builder = moving('mkdir -p /tmp/src/closed && echo x > /tmp/src/closed/file && chmod 0 /tmp/src/closed');
    const { tag } = await build(builder);
    expect(isIncremental(await build(builder, { tag, args }))).toBe(true);
    expect((await filesIn(tag)).filter((line) => line.includes('/tmp/src'))).toEqual([]);
  });

  it('keeps files of the image at the destination as they are, with a mount', async () => {
    const builder: Builder = { ...moving(), files: { 'tmp/of-the-image': 'kept\n' } };
    const { tag } = await build(builder);
    expect(isIncremental(await build(builder, { tag, args }))).toBe(true);
    const { stdout } = await runContainer({ image: tag, entrypoint: ['cat'], command: ['/tmp/of-the-image'] });
    expect(stdout).toBe('kept\n');
  });

  it('asks an image whose /tmp its user may not write to, and where there is none', async () => {
    const closed: Builder = {
      ...moving(),
      scripts: {
        ...moving().scripts,
        'save-artifacts': '#!/bin/sh\nset -e\necho x > /tmp/scratch\nexec tar -cf - -C /app deps\n',
      },
    };
    const { tag } = await build(closed);
    await changeImage(tag, 'chmod 755 /tmp');
    expect(isIncremental(await build(closed, { tag, args }))).toBe(true);
    await changeImage(tag, 'rm -r /tmp');
    expect(isIncremental(await build(closed, { tag, args }))).toBe(true);
  });
});
