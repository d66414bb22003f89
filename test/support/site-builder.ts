import type { Builder } from './builders.ts';

/** Serves the source on 8080, and ends when it's told to: busybox's httpd as PID 1 wouldn't hear SIGTERM. */
export const siteBuilder = {
  scripts: {
    assemble: '#!/bin/sh\nset -e\nmkdir -p /www\ncp -R /tmp/src/. /www\n',
    run: "#!/bin/sh\ntrap 'exit 0' TERM\nhttpd -f -p 8080 -h /www &\nwait\n",
    'save-artifacts': null,
  },
  exposedPorts: ['8080'],
} as const satisfies Builder;
