import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../scripts/project.mjs';

const root = join(projectFolder, 'templates');
const files = ['Dockerfile', 'Makefile', 'README.md', 's2i/bin/assemble', 's2i/bin/run', 's2i/bin/usage', 'test/run'];

describe.each(readdirSync(root))('the template %s', (name) => {
  const read = (file: string) => readFileSync(join(root, name, file), 'utf8');
  const scripts = [...readdirSync(join(root, name, 's2i/bin')).map((script) => `s2i/bin/${script}`), 'test/run'];

  it('is complete', () => {
    expect(files.filter((file) => !existsSync(join(root, name, file)))).toEqual([]);
    expect(readdirSync(join(root, name, 'test/test-app')).length).toBeGreaterThan(0);
  });

  it.each(scripts)('has %s for any shell, executable, and it stops at the first failure', (script) => {
    const text = read(script);
    expect(statSync(join(root, name, script)).mode & 0o111).toBe(0o111);
    expect(text).toMatch(/^#!\/bin\/sh\n/);
    if (!script.endsWith('usage')) expect(text).toMatch(/^set -eu$/m);
    for (const shell of ['dash', 'busybox sh'].map((words) => words.split(' '))) {
      execFileSync(shell[0] ?? '', [...shell.slice(1), '-n', join(root, name, script)]);
    }
    // What only bash has.
    expect(text.match(/\[\[ |\bfunction \w|^source |<<<|\blocal |&>|\bpipefail|\becho -[en]/gm)).toBeNull();
  });

  it('makes an image for any user that says where its scripts are and what it serves', () => {
    const dockerfile = read('Dockerfile');
    expect(dockerfile).toMatch(/^ARG BASE=\S+\nFROM \$\{BASE\}\n/);
    expect(dockerfile).toContain('io.openshift.s2i.scripts-url="image:///usr/libexec/s2i"');
    expect(dockerfile).toContain('io.openshift.expose-services="8080:http"');
    expect(dockerfile).toMatch(/chown -R 1001:0 .*chmod -R g=u/s);
    expect(dockerfile).toMatch(/^USER 1001$/m);
  });

  it('names itself as it is called after it was made, so that another name can take its place', () => {
    for (const file of files.filter((one) => !/assemble|bin\/run|Dockerfile/.test(one))) {
      expect(read(file), file).toContain(`sti-${name}`);
    }
  });
});
