import { relative, resolve } from 'node:path';
import { StiError } from '../../errors.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { Secrets } from '../../protocol/secrets.ts';
import type { Application } from '../config/apply.ts';
import type { Host } from '../context.ts';
import { readBuildRequest } from '../request/build.ts';
import { connect, describeHostEnvironment } from './engine.ts';

/** What earlier sessions have learned of a file of an application's source, in lines. */
export async function explainFile(
  application: Application,
  path: string,
  host: Host,
  signal: AbortSignal,
): Promise<string[]> {
  const run = { emit: () => {}, signal, secrets: new Secrets() };
  const { request } = await readBuildRequest(application, host.cwd);
  const source = resolve(host.cwd, request.source);
  const inSource = pathIn(resolve(source, request.contextDir ?? ''), path);
  const { cacheDir, uid } = await describeHostEnvironment(application.options, host, run);
  const engine = await connect(application.options, host, run);
  try {
    const builder = formatReference(request.builder);
    const image = await engine.inspectImage(builder, signal);
    if (image === undefined) {
      throw new StiError('builder', `the builder image ${builder} is not on the engine`, {
        hint: 'Pull the builder image, or run sti dev first.',
      });
    }
    const [{ openCache }, { declaredBy, shortDeclarations }, { explain }, { recall }] = await Promise.all([
      import('../../build/cache.ts'),
      import('../../dev/sync/declared.ts'),
      import('../../dev/sync/explain.ts'),
      import('../../dev/sync/memory.ts'),
    ]);
    const known = await recall(openCache(cacheDir, uid), { source, builderId: image.id });
    const declared = declaredBy(shortDeclarations(application.options.sync, image.config));
    return explain(known, declared, inSource);
  } finally {
    engine.close();
  }
}

/** As the source's own tree has it: `./a` and absolute paths are what people's shells complete. */
function pathIn(root: string, path: string): string {
  const found = relative(root, resolve(root, path));
  if (found !== '' && found !== '..' && !found.startsWith('../')) return found;
  throw new StiError('usage', `--explain ${path}: not a file of the source`, {
    hint: `Name it as it is in ${root}.`,
  });
}
