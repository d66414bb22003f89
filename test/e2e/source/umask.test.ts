import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { transportNames } from '../../../source/build/request.ts';
import { appSource, build } from '../../support/app-build.ts';
import { difference, filesOf } from '../../support/listing.ts';

const builder = {
  scripts: {
    assemble:
      '#!/bin/sh\nset -e\nmkdir -p /app\ncp -a /tmp/src /app/src\nstat -c "%A %u:%g" /tmp/src/sub > /app/seen\n',
  },
  user: { name: '4711:4712', uid: 4711, gid: 4712 },
};

it.each(transportNames)('the image is the same whatever the umask of who builds: %s', async (transport) => {
  const source = appSource({ 'sub/file': '', 'open/file': '', '.sti/bin/run': '#!/bin/sh\n' });
  chmodSync(join(source, 'sub'), 0o750);
  chmodSync(join(source, 'open'), 0o777);
  chmodSync(join(source, 'open/file'), 0o666);
  const args = ['--transport', transport];
  const closed = await build(builder, { source, args, umask: '077' });
  const open = await build(builder, { source, args, umask: '000' });
  const [one, other] = [await filesOf(closed.tag), await filesOf(open.tag)];
  expect(one.get('app/src/open/file')).toMatchObject({ mode: '0666' });
  expect(one.get('app/src/sub')).toMatchObject({ mode: '0750' });
  expect(difference(one, other)).toEqual({ added: [], changed: [], removed: [] });
});
