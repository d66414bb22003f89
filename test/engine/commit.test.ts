import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageConfig } from '../../source/engine/engine.ts';
import { testTag } from '../support/engine.ts';
import { create, engineKinds, type Fixture, openEngine, run } from '../support/engine-fixtures.ts';

describe.each(engineKinds)('images on %s', (kind) => {
  let fixture: Fixture;
  let builder: ImageConfig;
  beforeAll(async () => {
    fixture = await openEngine(kind);
    const image = await fixture.engine.inspectImage(fixture.image);
    if (image) builder = image.config;
  });
  afterAll(() => fixture.close());

  /** Commits, inspects and removes. */
  async function commit(id: string, config: Partial<ImageConfig>, comment = 'made by a test') {
    const { engine } = fixture;
    const imageId = await engine.commit(id, { config: { ...builder, ...config }, comment, pause: false });
    const image = await engine.inspectImage(imageId);
    const dangling = await engine.danglingImages();
    await engine.removeContainer(id);
    expect(await engine.removeImage(imageId)).toBe('removed');
    return { imageId, image, dangling };
  }

  it('describes an image', async () => {
    const image = await fixture.engine.inspectImage(fixture.image);
    expect(image).toMatchObject({
      id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      tags: [fixture.image],
      layers: [expect.stringMatching(/^sha256:/)],
      config: {
        user: '',
        entrypoint: ['/bin/echo', 'the entrypoint'],
        cmd: [],
        labels: { of: 'builder' },
        exposedPorts: ['8080/tcp'],
        volumes: [],
        onBuild: [],
        env: expect.arrayContaining(['GREETING=hello']),
      },
    });
    expect(image?.size).toBeGreaterThan(1_000_000);
    expect(await fixture.engine.inspectImage('sti-test-no-such-image')).toBeUndefined();
  });

  it('commits the container to an untagged image that is the image before plus one layer', async () => {
    const { engine } = fixture;
    const before = await engine.inspectImage(fixture.image);
    const { id } = await run(fixture, 'echo added > /added');
    const { imageId, image, dangling } = await commit(id, { cmd: ['/run'] });
    expect(imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(image).toMatchObject({ id: imageId, tags: [] });
    expect(image?.layers.slice(0, -1)).toEqual(before?.layers);
    expect(dangling).toContainEqual({ id: imageId, comment: 'made by a test' });
  });

  it('gives the image the configuration that it was asked for, and nothing of the container', async () => {
    const { id } = await run(fixture, 'true', {
      user: '1001',
      env: ['GREETING=hello'],
      mounts: [{ type: 'volume', target: '/anonymous' }],
      interactive: false,
    });
    const labels = { of: 'builder', added: 'with "quotes", $dollar and \\backslash' };
    const config = {
      user: '4711:0',
      env: ['GREETING=hello', 'ADDED=a b=c'],
      cmd: ['/opt/run', 'an argument'],
      workingDir: '/data',
      labels,
      exposedPorts: ['8080/tcp', '9090/udp'],
    };
    const { image } = await commit(id, config);
    const ofPodman = ['container=podman', 'TERM=xterm', expect.stringMatching(/^PATH=/)];
    expect(image?.config).toMatchObject({
      ...config,
      entrypoint: ['/bin/echo', 'the entrypoint'],
      // Podman makes a volume of every mounted one, and nothing takes it away again.
      volumes: kind === 'podman' ? ['/anonymous'] : [],
      env: kind === 'podman' ? expect.arrayContaining([...config.env, ...ofPodman]) : config.env,
    });
    expect(Object.keys(image?.config.labels ?? {}).sort()).toEqual(['added', 'of']);
  });

  it('leaves an image without an entrypoint without one', async () => {
    const { id } = await run(fixture, 'true');
    const { image } = await commit(id, { entrypoint: [], cmd: ['/run'] });
    expect(image?.config).toMatchObject({ entrypoint: [], cmd: ['/run'] });
  });

  it('puts no host name, attach flag or health check of the container into the image', async () => {
    const { engine } = fixture;
    const id = await create(fixture, 'read line', { interactive: true });
    const imageId = await engine.commit(id, { config: { ...builder, cmd: ['/run'] }, comment: '', pause: true });
    const { api } = await import('../support/engine.ts');
    const raw = kind === 'docker' ? await api.json<{ Config: object }>('GET', `/images/${imageId}/json`) : undefined;
    const clean = {
      Hostname: '',
      AttachStdin: false,
      AttachStdout: false,
      OpenStdin: false,
      StdinOnce: false,
      Tty: false,
    };
    if (raw) expect(raw.Config).toMatchObject(clean);
    expect((await engine.inspectImage(imageId))?.config.healthcheck).toBeUndefined();
    await engine.removeContainer(id);
    await engine.removeImage(imageId);
  });

  it('tags an image, moves the tag and removes it', async () => {
    const { engine } = fixture;
    const tag = testTag('tagged');
    const image = await engine.inspectImage(fixture.image);
    await engine.tagImage(image?.id ?? '', tag);
    expect((await engine.inspectImage(tag))?.tags.toSorted()).toEqual([fixture.image, tag].toSorted());
    expect(await engine.removeImage(tag)).toBe('removed');
    expect(await engine.removeImage(tag)).toBe('absent');
    expect(await engine.inspectImage(fixture.image)).toBeDefined();
  });

  it('removes no image that a container uses', async () => {
    const id = await create(fixture, 'true');
    expect(await fixture.engine.removeImage(fixture.image)).toBe('in-use');
    expect(await fixture.engine.inspectContainer(id)).toBeDefined();
  });

  it('fails a pull from a registry that is not there as a matter of the builder', async () => {
    const lines: string[] = [];
    const pulling = fixture.engine.pullImage('127.0.0.1:1/no/such:1', {
      onStatus: (line) => lines.push(line),
    });
    await expect(pulling).rejects.toMatchObject({
      code: 'builder',
      message: expect.stringContaining('127.0.0.1:1/no/such:1 could not be pulled'),
    });
  });
});
