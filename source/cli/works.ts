/** All that a command needs to do its work, to be loaded with `await import()`: `--help` and a wrong command line need none of it. */
export { build } from '../build/build.ts';
export { reap } from '../build/reap.ts';
export { showUsage } from '../build/usage.ts';
export { connectEngine } from '../engine/connect.ts';
