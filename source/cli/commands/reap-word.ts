/** The first word of the command line by which sti starts its own reaper (build/session.ts); not for people. */
export const reapWord = '__reap';
