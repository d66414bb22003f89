import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tarOf } from '../../../../test/support/images.ts';
import { nativeSource } from './native.ts';
import { aboutNative, fileBytes, filesEach, namesOf, type Packages, packagesPath } from './packages.ts';

const wheels = `
import sys, zipfile
for name in sys.argv[2:]:
    with zipfile.ZipFile(f'{sys.argv[1]}/{name}-1.0.0-py3-none-any.whl', 'w', zipfile.ZIP_DEFLATED) as wheel:
        files = {f'{name}/__init__.py': ''}
        for index in range(${filesEach}):
            files[f'{name}/part_{index}.py'] = f'words = "{"x" * ${fileBytes}}"\\n'
        about = f'{name}-1.0.0.dist-info'
        files[f'{about}/METADATA'] = f'Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0.0\\n'
        files[f'{about}/WHEEL'] = 'Wheel-Version: 1.0\\nGenerator: bench\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'
        files[f'{about}/RECORD'] = ''.join(f'{path},,\\n' for path in [*files, f'{about}/RECORD'])
        for path, content in files.items():
            wheel.writestr(path, content)
`;

function extension(name: string): Readonly<Record<string, string>> {
  const entry = `#include <Python.h>

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "${name}", 0, -1, 0};

PyMODINIT_FUNC PyInit_${name}(void) {
  return PyModule_Create(&module);
}`;
  return {
    'PKG-INFO': `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0.0\n`,
    'setup.py': `from setuptools import Extension, setup

setup(name='${name}', version='1.0.0', ext_modules=[Extension('${name}', ['native.c'])])
`,
    'native.c': nativeSource(entry),
  };
}

/** Wheels, and sources of those in C. */
export function pythonPackages(count: number): Packages {
  const make = async (folder: string) => {
    const { plain, native } = namesOf(count, '_');
    execFileSync('python3', ['-c', wheels, folder, ...plain]);
    for (const name of native) {
      const entries = Object.entries(extension(name)).map(([path, content]) => ({
        path: `${name}-1.0.0/${path}`,
        content,
      }));
      writeFileSync(join(folder, `${name}-1.0.0.tar.gz`), gzipSync(await tarOf(entries)));
    }
    const names = [...native, ...plain].map((name) => `${name}==1.0.0`);
    return { 'requirements.txt': `${['--no-index', `--find-links ${packagesPath}`, ...names].join('\n')}\n` };
  };
  return { about: aboutNative(count), make };
}
