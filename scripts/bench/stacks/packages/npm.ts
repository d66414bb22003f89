import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tarOf } from '../../../../test/support/images.ts';
import { nativeSource } from './native.ts';
import { aboutNative, fileBytes, filesEach, namesOf, type Packages, packagesPath } from './packages.ts';

type Files = Readonly<Record<string, string>>;

const parts = Object.fromEntries(
  Array.from({ length: filesEach }, (_, index) => [
    `part-${index}.js`,
    `module.exports = '${index} ${'x'.repeat(fileBytes)}';\n`,
  ]),
);

/** An addon as node loads it. Without node-gyp, which would want the headers of this very node. */
const addon = {
  'native.c': nativeSource('void *napi_register_module_v1(void *env, void *exports) {\n  return exports;\n}'),
  Makefile: 'addon.node: native.c\n\tgcc -O2 -fPIC -shared -o $@ $<\n',
};

/** With a lock file, as `npm ci` needs it. */
export function npmPackages(count: number): Packages {
  const make = async (folder: string) => {
    const dependencies: Record<string, string> = {};
    const locked: Record<string, object> = {};
    const add = async (name: string, about: object, files: Files, asLocked: object = {}) => {
      const manifest = JSON.stringify({ name, version: '1.0.0', ...about });
      const entries = Object.entries({ 'package.json': manifest, ...files });
      const archive = gzipSync(await tarOf(entries.map(([path, content]) => ({ path: `package/${path}`, content }))));
      writeFileSync(join(folder, `${name}.tgz`), archive);
      const resolved = `file:${packagesPath}/${name}.tgz`;
      const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
      dependencies[name] = resolved;
      locked[`node_modules/${name}`] = { version: '1.0.0', resolved, integrity, ...asLocked };
    };
    const { plain, native } = namesOf(count, '-');
    for (const name of native) {
      await add(name, { main: 'addon.node', scripts: { install: 'make' } }, addon, { hasInstallScript: true });
    }
    for (const name of plain) await add(name, { main: 'part-0.js' }, parts);
    const root = { name: 'hello', version: '1.0.0', dependencies };
    return {
      'package.json': JSON.stringify({ ...root, private: true, scripts: { start: 'node server.js' } }),
      'package-lock.json': JSON.stringify({ ...root, lockfileVersion: 3, packages: { '': root, ...locked } }),
    };
  };
  return { about: aboutNative(count), make };
}
