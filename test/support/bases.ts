import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { busyboxEntries, type ImageEntry, staticBusybox } from './images.ts';

/** The root file systems that builders of the tests stand on, from this machine's own programs. */
export async function baseEntries(base: 'busybox' | 'dash'): Promise<ImageEntry[]> {
  if (base === 'dash') return dashEntries();
  const busybox = await staticBusybox();
  if (busybox === undefined) throw new Error('no static busybox on this machine');
  return busyboxEntries(busybox);
}

const programs = [
  'cat',
  'chmod',
  'cp',
  'env',
  'grep',
  'head',
  'id',
  'ln',
  'ls',
  'mkdir',
  'mv',
  'rm',
  'sleep',
  'sort',
  'true',
  'yes',
];

/**
 * A shell that has no tar: busybox's shell runs `tar` by itself even where no such file exists (docs/engines.md, "Traps"), so
 * an image without one needs another shell.
 */
function dashEntries(): ImageEntry[] {
  const files = new Map([['bin/sh', '/bin/dash']]);
  for (const name of programs) files.set(`bin/${name}`, whereIs(name));
  for (const library of new Set([...files.values()].flatMap(librariesOf))) files.set(library.slice(1), library);
  const folders = new Set([...files.keys()].flatMap(parentsOf));
  return [
    ...[...folders].map((path) => ({ path })),
    ...[...files].map(([path, source]) => ({ path, content: readFileSync(source), mode: 0o755 })),
    { path: 'usr/' },
    { path: 'tmp/', mode: 0o1777 },
    { path: 'etc/' },
    { path: 'root/', mode: 0o700 },
  ];
}

function whereIs(program: string): string {
  return ['/bin', '/usr/bin'].map((folder) => `${folder}/${program}`).find(existsSync) ?? program;
}

/** The shared libraries of a program and their loader, as absolute paths. */
export function librariesOf(program: string): string[] {
  const lines = execFileSync('ldd', [program], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [...parentsOf(parent), `${parent}/`];
}
