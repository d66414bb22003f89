import { resolve } from 'node:path';
import type { Injection, OutputPlace } from '../../../build/request.ts';
import type { Mount } from '../../../engine/engine.ts';
import {
  formatRuntimeArtifact,
  parseRuntimeArtifact,
  type RuntimeArtifact,
} from '../../../protocol/runtime-artifacts.ts';
import { type Kind, textOf, WrongValue } from './kind.ts';

/** A folder of the engine's machine, or a volume by its name: `./cache:/root/.m2`, `cache:/root/.m2:ro`. */
export const volume: Kind<Mount, undefined> = {
  placeholder: 'SOURCE:TARGET',
  expected: 'a folder or volume and a path such as ./cache:/root/.m2 or cache:/root/.m2:ro',
  schema: { type: 'string', minLength: 1 },
  absent: undefined,
  parse(written) {
    const [, source = '', target, option] = /^([^:\0\n]+):(\/[^:\0\n]*?[^/:\0\n])\/*(?::(ro|rw))?$/.exec(written) ?? [];
    if (target === undefined || target.split('/').includes('..')) throw new WrongValue();
    const type = /^\w[\w.-]*$/.test(source) ? 'volume' : 'bind';
    return { type, source, target, ...(option === 'ro' && { readOnly: true }) };
  },
  print: ({ source, target, readOnly }) => [`${source}:${target}${readOnly ? ':ro' : ''}`],
  fromJson: (json) => volume.parse(textOf(json)),
};

/** Files of this machine and the folder of the container they are for: `secrets:/etc/app`. */
export const injection: Kind<Injection, undefined> = {
  placeholder: 'SOURCE[:TARGET]',
  expected: 'a file or folder, and a folder of the container such as ./settings:/etc/app',
  schema: { type: 'string', minLength: 1 },
  absent: undefined,
  parse(written) {
    const [, source, target = ''] = /^([^\0\n]+?)(?::([^:\0\n]*))?$/.exec(written) ?? [];
    if (source === undefined || target.split('/').includes('..')) throw new WrongValue();
    return { source, target };
  },
  print: ({ source, target }) => [target === '' ? source : `${source}:${target}`],
  fromJson: (json) => injection.parse(textOf(json)),
};

/** `oci:DIR`, `docker:FILE` or `sbom:FILE`. */
export const outputPlace: Kind<OutputPlace, undefined> = {
  placeholder: 'FORM:PATH',
  expected: 'oci:DIR, docker:FILE or sbom:FILE such as oci:image, docker:image.tar or sbom:image.spdx.json',
  schema: { type: 'string', pattern: '^(oci|docker|sbom):.+$' },
  absent: undefined,
  parse(written) {
    const [, form, path = ''] = /^(oci|docker|sbom):([^\0\n]+)$/.exec(written) ?? [];
    if (form !== 'oci' && form !== 'docker' && form !== 'sbom') throw new WrongValue();
    return { form, path };
  },
  print: ({ form, path }) => [`${form}:${path}`],
  fromJson: (json) => outputPlace.parse(textOf(json)),
  relativeTo: (folder, { form, path }) => ({ form, path: resolve(folder, path) }),
};

export interface SecretFile {
  readonly id: string;
  readonly path: string;
}

/** As `docker build` has it: `id=npmrc,src=.npmrc`. */
export const secretFile: Kind<SecretFile, undefined> = {
  placeholder: 'id=ID,src=FILE',
  expected: 'id=ID,src=FILE such as id=npmrc,src=.npmrc',
  schema: { type: 'string', minLength: 1 },
  absent: undefined,
  parse(written) {
    const [, id, path] = /^id=([A-Za-z0-9_][\w.-]*),(?:src|source)=([^\0\n]+)$/.exec(written) ?? [];
    if (id === undefined || path === undefined) throw new WrongValue();
    return { id, path };
  },
  print: ({ id, path }) => [`id=${id},src=${path}`],
  fromJson: (json) => secretFile.parse(textOf(json)),
};

/** What of the builder's container goes where in the runtime image. */
export const runtimeArtifact: Kind<RuntimeArtifact, undefined> = {
  placeholder: 'SOURCE[:TARGET]',
  expected: 'an absolute path, and a folder relative to the working folder such as /app/shop.war:deployments',
  schema: { type: 'string', minLength: 1 },
  absent: undefined,
  parse(written) {
    const artifact = parseRuntimeArtifact(written);
    if (artifact === undefined) throw new WrongValue();
    return artifact;
  },
  print: (artifact) => [formatRuntimeArtifact(artifact)],
  fromJson: (json) => runtimeArtifact.parse(textOf(json)),
};
