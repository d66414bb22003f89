import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StiError } from '../../source/errors.ts';
import { create, engineKinds, type Fixture, gather, openEngine, run } from '../support/engine-fixtures.ts';
import { tarOf } from '../support/images.ts';

describe.each(engineKinds)('files and programs in a container on %s', (kind) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openEngine(kind);
  });
  afterAll(() => fixture.close());

  it('unpacks a tar with the owners that it names by number', async () => {
    const { engine } = fixture;
    const id = await create(fixture, 'stat -c "%u:%g %a %n" /data/in /data/in/file', { user: '1001' });
    const tar = await tarOf([
      { path: 'in/', mode: 0o751, uid: 4711, gid: 4712 },
      { path: 'in/file', mode: 0o640, uid: 0, gid: 33, content: 'content' },
    ]);
    await engine.putArchive(id, '/data', Readable.from([tar]));
    const { output } = await engine.attach(id);
    await engine.start(id);
    expect((await gather(output)).stdout).toBe('4711:4712 751 /data/in\n0:33 640 /data/in/file\n');
  });

  it('gives the reason why a tar could not be made, not the broken request', async () => {
    const id = await create(fixture, 'true');
    const reason = new StiError('source', 'a file could not be read');
    const tar = Readable.from(
      (async function* () {
        yield Buffer.alloc(512);
        throw reason;
      })(),
    );
    await expect(fixture.engine.putArchive(id, '/data', tar)).rejects.toBe(reason);
  });

  it('says in the words of the engine why it does not unpack', async () => {
    const putting = fixture.engine.putArchive('no-such-container', '/data', Readable.from([Buffer.alloc(1024)]));
    const message = expect.stringMatching(/^the engine at unix:.* could not unpack .*: .*no-such-container/);
    await expect(putting).rejects.toMatchObject({ code: 'engine-failed', message });
  });

  it('reads a folder as a tar whose entries begin with its own name', async () => {
    const { id } = await run(fixture, 'echo one > /data/one');
    const tar = await fixture.engine.getArchive(id, '/data');
    const entries: Record<string, string> = {};
    for await (const entry of (tar ?? Readable.from([])).pipe(extract())) {
      entries[entry.header.name.replace(/\/$/, '')] = entry.header.linkname ?? (await buffer(entry)).toString();
      entry.resume();
    }
    expect(entries).toEqual({ data: '', 'data/link': '/etc/passwd', 'data/one': 'one\n' });
  });

  it('knows a path that is not there from a container that is not there', async () => {
    const { engine } = fixture;
    const id = await create(fixture, 'true');
    expect(await engine.getArchive(id, '/no/such')).toBeUndefined();
    expect(await engine.statPath(id, '/no/such')).toBeUndefined();
    await expect(engine.getArchive('no-such-container', '/')).rejects.toMatchObject({ code: 'engine-failed' });
  });

  it('says what a path is, and reports a link as a link', async () => {
    const { engine } = fixture;
    const { id } = await run(fixture, 'printf 12345 > /data/file; chmod 4751 /data/file; mkfifo /data/pipe');
    const stat = (path: string) => engine.statPath(id, path);
    expect(await stat('/data/file')).toEqual({ type: 'file', size: 5, mode: 0o751, linkTarget: '' });
    expect(await stat('/data/link')).toMatchObject({ type: 'link', linkTarget: '/etc/passwd' });
    expect(await stat('/data/pipe')).toMatchObject({ type: 'other' });
    expect(await stat('/tmp')).toMatchObject({ type: 'directory', mode: 0o777 });
  });

  it('talks with a program in a container, as its user, until either ends it', async () => {
    const { engine } = fixture;
    const id = await create(fixture, 'sleep 60', { user: '1001' });
    await engine.start(id);
    const { stdin, output } = await engine.attachExec(id, ['/bin/sh', '-c', 'id -u; read -r word; echo "got $word"']);
    stdin.write('it\n');
    expect((await gather(output)).stdout).toBe('1001\ngot it\n');
    const waiting = await engine.attachExec(id, ['cat']);
    waiting.close();
    expect(await gather(waiting.output)).toEqual({ stdout: '', stderr: '' });
  });

  describe('exec', () => {
    const running = async () => {
      const id = await create(fixture, 'sleep 100');
      await fixture.engine.start(id);
      return (script: string, options: { user?: string; stdin?: Readable } = {}) =>
        fixture.engine.exec(id, { command: ['/bin/sh', '-c', script], ...options });
    };

    it('gives the exit code and what was printed on both streams', async () => {
      const exec = await running();
      const result = await exec('id -u; sleep 0.3; echo err >&2; exit 9', { user: '1001' });
      expect(result).toEqual({ exitCode: 9, output: '1001\nerr\n' });
    });

    it('sends input, however much, and its end', async () => {
      const exec = await running();
      const stdin = Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(65_536, 'x')));
      expect(await exec('wc -c', { stdin })).toEqual({ exitCode: 0, output: '4194304\n' });
    });

    it('gives the result of a program that does not read its input', async () => {
      const exec = await running();
      const stdin = Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(65_536, 'x')));
      const { exitCode, output } = await exec('echo enough; exit 4', { stdin });
      expect(exitCode).toBe(4);
      // Podman may lose the output as soon as it can't pass on input, and say that instead.
      expect(output).toMatch(kind === 'podman' ? /^(enough\n|Error: )/ : /^enough\n/);
    });

    it('keeps the first 64 KiB of the output', async () => {
      const exec = await running();
      const { exitCode, output } = await exec('yes 0123456789abcde | head -n 100000');
      expect([exitCode, output.length]).toEqual([0, 65_536]);
    });

    it('fails with the reason why its input could not be made', async () => {
      const exec = await running();
      const reason = new StiError('source', 'a file could not be read');
      const failing = Readable.from(
        (async function* () {
          yield Buffer.from('first');
          throw reason;
        })(),
      );
      await expect(exec('cat', { stdin: failing })).rejects.toBe(reason);
    });

    it('reports a program that is not there', async () => {
      const id = await create(fixture, 'sleep 100');
      await fixture.engine.start(id);
      const result = await fixture.engine.exec(id, { command: ['/no/such/program'] }).catch((error) => error);
      expect(result.code === 'engine-failed' || result.exitCode === 126 || result.exitCode === 127).toBe(true);
    });

    it('stops with the reason of an abort', async () => {
      const id = await create(fixture, 'sleep 100');
      await fixture.engine.start(id);
      const controller = new AbortController();
      const reason = new Error('the reason');
      setTimeout(() => controller.abort(reason), 300);
      await expect(fixture.engine.exec(id, { command: ['sleep', '60'] }, controller.signal)).rejects.toBe(reason);
    });
  });
});
