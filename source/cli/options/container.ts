import { commaList, list } from './kinds/list.ts';
import { injection, secretFile, volume } from './kinds/mount.ts';
import { decimal, size } from './kinds/number.ts';
import { platform } from './kinds/platform.ts';
import { userRanges } from './kinds/reference.ts';
import { hostEntry, path, text } from './kinds/text.ts';
import type { Option } from './option.ts';

const megabyte = 1024 ** 2;

/** What the containers of a build may use and reach. */
export const containerOptions = {
  allowedUids: {
    names: ['-u', '--allowed-uids'],
    kind: userRanges,
    help: 'Refuse builder images that run scripts as other users',
  },
  network: {
    names: ['--network'],
    kind: text({
      placeholder: 'NETWORK',
      expected: 'a network such as none, bridge, host or container:NAME',
      pattern: /^\w[\w.-]*(:[\w./-]+)?$/,
    }),
    help: 'Connect the containers of the build to this network',
    otherwise: "the engine's own",
  },
  addHost: {
    names: ['--add-host'],
    kind: commaList(hostEntry),
    help: 'Add a host name during the build',
  },
  capDrop: {
    names: ['--cap-drop'],
    kind: commaList(
      text({
        placeholder: 'CAP',
        expected: 'a capability such as NET_RAW, or ALL',
        pattern: /^[A-Za-z]+(_[A-Za-z]+)*$/,
      }),
    ),
    help: 'Run the scripts without this capability',
    configuredBy: 'folder',
  },
  volume: {
    names: ['-v', '--volume'],
    kind: list(volume),
    help: 'Mount a folder or a volume while the scripts run',
    configuredBy: 'nobody',
  },
  inject: {
    names: ['-i', '--inject'],
    kind: list(injection),
    help: 'Provide files to the scripts, but not to the image',
    configuredBy: 'nobody',
  },
  secret: {
    names: ['--secret'],
    kind: list(secretFile),
    help: 'Let assemble read a file, at /run/secrets/ID',
    configuredBy: 'nobody',
  },
  ca: {
    names: ['--ca'],
    kind: path('FILE'),
    help: 'Trust these authorities too, here and in scripts',
  },
  platform: {
    names: ['--platform'],
    kind: platform,
    help: 'Build on the builder image for this platform',
    otherwise: "the engine's own",
    configuredBy: 'folder',
  },
  memory: {
    names: ['--memory'],
    kind: size({ unit: 'B', min: 6 * megabyte, max: 1024 ** 2 * 1024 * megabyte }),
    help: 'Let each container of the build use this much memory',
    otherwise: 'no limit',
    configuredBy: 'folder',
  },
  cpus: {
    names: ['--cpus'],
    kind: decimal({ min: 0.01, max: 4096 }),
    help: 'Let each container of the build use this many cores',
    otherwise: 'no limit',
    configuredBy: 'folder',
  },
} as const satisfies Record<string, Option>;
