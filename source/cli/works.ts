/**
 * All that a command needs to do its work, to be loaded with `await import()`: as one piece, since reading thirty small
 * files one after the other costs a start 30 ms more.
 */
export { build } from '../build/build.ts';
export { reap } from '../build/reap.ts';
export { showUsage } from '../build/usage.ts';
export { connectEngine } from '../engine/connect.ts';
