import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { appSource } from '../../support/app-build.ts';
import { type Builder, makeBuilder } from '../../support/builders.ts';
import { eventOf } from '../../support/dev-events.ts';
import { removeImage, testTag } from '../../support/engine.ts';
import { filesOf } from '../../support/listing.ts';
import { testPort } from '../../support/ports.ts';
import { homeFor, startSti } from '../../support/sti.ts';
import { writeFiles } from '../../support/temp.ts';

const port = testPort();
const files = 150;
/** Moves what was saved, as npm builders do, and notes whether that had to be a copy. */
const assemble = `#!/bin/sh
set -e
mkdir -p /app/www
if [ -d /tmp/artifacts/store ]; then
  [ "$(stat -c %d /tmp/artifacts)" = "$(stat -c %d /app)" ] && how=renamed || how=copied
  mv /tmp/artifacts/store /app/store
else
  how=made
  mkdir /app/store
  i=0
  while [ $i -lt ${files} ]; do echo $i > /app/store/$i; i=$((i + 1)); done
fi
cp -R /tmp/src/. /app/www
echo $how > /app/www/how
ls /app/store | wc -l > /app/www/count
`;
const builder = {
  user: { name: 'app', uid: 1001, gid: 1001 },
  scripts: {
    assemble,
    run: "#!/bin/sh\ntrap 'exit 0' TERM\nhttpd -f -p 8080 -h /app/www &\nwait\n",
    'save-artifacts': '#!/bin/sh\nexec tar -cf - -C /app store\n',
  },
  exposedPorts: ['8080'],
} satisfies Builder;

const page = async (path: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}/${path}`);
  return answer.ok ? (await answer.text()).trim() : answer.status;
};

it.each(['bind', 'stream'])('spares a builder that moves its artifacts the copy, the way in being %s', async (way) => {
  const source = appSource({ 'index.html': 'state 1', gone: 'not for long' });
  const tag = testTag('moved');
  const args = [
    'dev',
    source,
    await makeBuilder(builder),
    tag,
    '--port',
    `${port}:8080`,
    '--transport',
    way,
    '--progress',
    'json',
  ];
  const running = startSti(args, { home: homeFor() });
  onTestFinished(async () => {
    running.kill('SIGINT');
    await running.ended;
    await removeImage(tag);
  });
  let build = 1;
  const served = () => eventOf(running, 'cycle-served', { cycle: build });
  const tagged = () => eventOf(running, 'image-tagged', { cycle: build });
  await served();
  expect(await page('how')).toBe('made');
  for (let how: unknown; how !== 'renamed' && build < 6; how = await page('how')) {
    await tagged();
    build += 1;
    rmSync(join(source, 'gone'), { force: true });
    writeFiles(source, { 'index.html': `state ${build}` });
    await served();
  }

  expect(await page('how')).toBe('renamed');
  expect(await page('index.html')).toBe(`state ${build}`);
  expect(await page('count')).toBe(String(files));
  expect(await page('gone')).toBe(404);
  await tagged();
  const image = await filesOf(tag);
  expect(image.has('app/store/149')).toBe(true);
  expect([...image.keys()].filter((path) => path.startsWith('tmp/'))).toEqual([]);
});
