import { onTestFinished } from 'vitest';
import type { DevEvent, ServedEvent } from '../../source/dev/events.ts';
import { type Builder, makeBuilder } from './builders.ts';
import { eventOf } from './dev-events.ts';
import { removeImage, testTag } from './engine.ts';
import { leftBy } from './leftovers.ts';
import { testPort } from './ports.ts';
import { siteBuilder } from './site-builder.ts';
import { homeFor, type RunningSti, type StiOptions, startSti, temporaryFolderOf } from './sti.ts';
import { tempFolder, writeFiles } from './temp.ts';

/**
 * The site builder with ways to go wrong: a file `fail` fails the build, a file `leave` lets the application end at once
 * with 0, and a request of `/cgi-bin/crash` ends it with 7. `/greeting` has what the build found in GREETING.
 */
export const fragileSite = {
  ...siteBuilder,
  scripts: {
    ...siteBuilder.scripts,
    assemble: `#!/bin/sh
set -e
[ ! -e /tmp/src/fail ] || { echo "this build is to fail" >&2; exit 1; }
mkdir -p /www
cp -R /tmp/src/. /www
printf %s "$GREETING" > /www/greeting
`,
    run: `#!/bin/sh
[ ! -e /www/leave ] || { echo "nothing to do"; exit 0; }
trap 'exit 0' TERM
trap 'echo "this is a crash" >&2; exit 7' USR1
echo $$ > /www/pid
httpd -f -p 8080 -h /www &
wait
`,
  },
  files: { 'www/cgi-bin/crash': '#!/bin/sh\nkill -USR1 "$(cat /www/pid)"\n' },
} as const satisfies Builder;

/** The same, but never run in place. */
export const imageFirstSite = {
  ...fragileSite,
  scripts: { ...fragileSite.scripts, assemble: `${fragileSite.scripts.assemble}echo lost > /data/from-assemble\n` },
  volumes: ['/data'],
} as const satisfies Builder;

type FailedEvent = Extract<DevEvent, { type: 'cycle-failed' }>;

export interface DevSite {
  readonly running: RunningSti;
  readonly source: string;
  readonly tag: string;
  readonly url: string;
  /** Where sti has its folders. */
  readonly temporary: string;
  /** What is served at this path. */
  text(path?: string): Promise<string>;
  /** Resolves once this build is served, to how. */
  served(build: number): Promise<ServedEvent>;
  /** Resolves once this build has failed, to why. */
  failed(build: number): Promise<FailedEvent>;
  /** Resolves once the tag is at the image of this build. */
  tagged(build: number): Promise<void>;
  /** Resolves once a warning names this. */
  warned(of: RegExp): Promise<void>;
  /** Ends sti with Ctrl-C; what is left of it, which should be nothing. */
  end(): Promise<string[]>;
}

export interface DevSiteOptions {
  readonly files: Readonly<Record<string, string>>;
  /** A description, or the name of an image. */
  readonly builder?: Builder | string;
  readonly options?: readonly string[];
  readonly env?: StiOptions['env'];
  /** One of its own when absent; an image of it is gone at the end. */
  readonly tag?: string;
  /** On the ports that the image exposes, instead of one that no other test has. */
  readonly onExposedPorts?: boolean;
}

/** `sti dev` of a small site on a port of its own, just started; it makes its image soon after each save. */
export async function startDevSite({
  files,
  builder = fragileSite,
  options = [],
  env,
  tag = testTag('dev'),
  onExposedPorts = false,
}: DevSiteOptions): Promise<DevSite> {
  const source = tempFolder();
  writeFiles(source, files);
  const home = homeFor();
  const image = typeof builder === 'string' ? builder : await makeBuilder(builder);
  const port = testPort();
  const url = `http://127.0.0.1:${port}`;
  const ports = onExposedPorts ? [] : ['--port', `${port}:8080`];
  const args = ['dev', source, image, tag, ...ports, '--quiet-time', '100ms', '--progress', 'json', ...options];
  const running = startSti(args, { home, ...(env && { env }) });
  onTestFinished(async () => {
    running.kill('SIGINT');
    await running.ended;
    await removeImage(tag);
  });
  return {
    running,
    source,
    tag,
    url,
    temporary: temporaryFolderOf(home),
    text: async (path = '') => (await fetch(`${url}/${path}`)).text(),
    served: (build) => eventOf(running, 'cycle-served', { cycle: build }),
    failed: (build) => eventOf(running, 'cycle-failed', { cycle: build }),
    tagged: async (build) => {
      await eventOf(running, 'image-tagged', { cycle: build });
    },
    warned: async (of) => {
      await eventOf(running, 'warning', { message: of });
    },
    end: async () => {
      running.kill('SIGINT');
      await running.ended;
      return leftBy(running.pid, { folders: [temporaryFolderOf(home)] });
    },
  };
}
