import { describe, expect, it } from 'vitest';
import type { Recipe } from '../../source/dockerfile/recipe.ts';
import { dockerfileText } from '../../source/dockerfile/text.ts';
import { buildPaths } from '../../source/protocol/paths.ts';

const plain: Recipe = {
  builder: 'nodejs-20',
  builderUser: undefined,
  assembleUser: '1001',
  paths: buildPaths('/tmp'),
  labels: {},
  env: [],
  assemble: '/usr/libexec/s2i/assemble',
  run: '/usr/libexec/s2i/run',
  contextRun: undefined,
  scripts: [],
  secrets: [],
  caches: [],
  cached: undefined,
};
const written = (recipe: Partial<Recipe>) => dockerfileText({ ...plain, ...recipe }).split('\n');
const users = (recipe: Partial<Recipe>) => written(recipe).filter((line) => /^(USER|RUN|CMD)/.test(line));

describe('a Dockerfile', () => {
  it('brings the source in, assembles, takes away what no image keeps, and runs', () => {
    expect(dockerfileText(plain)).toBe(`FROM nodejs-20
COPY --chown=1001:0 upload/src /tmp/src
USER 1001
RUN /usr/libexec/s2i/assemble
USER 0
RUN rm -rf /tmp/src /tmp/artifacts /tmp/.s2i
USER 1001
CMD ["/usr/libexec/s2i/run"]
`);
  });

  it('has labels by their names, and variables in their order', () => {
    expect(written({ labels: { z: '1', a: '2' }, env: ['Z=1', 'A=b=c'] }).slice(1, 5)).toEqual([
      'LABEL "a"="2" \\',
      '      "z"="1"',
      'ENV Z="1" \\',
      '    A="b=c"',
    ]);
  });

  it('brings fetched scripts, and the run script that the image does not have', () => {
    const recipe = { scripts: ['scripts'], run: '/opt/sti/bin/run', contextRun: 'upload/scripts/run' } as const;
    const lines = written(recipe);
    expect(lines).toContain('COPY --chown=1001:0 upload/scripts /tmp/scripts');
    expect(lines).toContain('COPY upload/scripts/run /opt/sti/bin/run');
    expect(lines).toContain('RUN rm -rf /tmp/src /tmp/artifacts /tmp/scripts /tmp/.s2i');
  });

  it.each([
    ['1001', 'uid=1001', 'uid=1001'],
    ['app', 'mode=0444', 'uid=0'],
    ['', 'uid=0', 'uid=0'],
  ])('mounts secrets and caches for assemble alone, as the user %j can use them', (assembleUser, secret, cache) => {
    const caches = [
      { id: 'npm', target: '/npm' },
      { id: 'tools', target: '/tools', readOnly: true },
    ];
    const lines = written({ assembleUser, secrets: ['token'], caches });
    const at = lines.indexOf(`RUN --mount=type=secret,id=token,required=true,${secret} \\`);
    expect(lines.slice(at + 1, at + 4)).toEqual([
      `    --mount=type=cache,id=npm,target=/npm,${cache} \\`,
      `    --mount=type=cache,id=tools,target=/tools,${cache},readonly \\`,
      '    /usr/libexec/s2i/assemble',
    ]);
    expect(lines).toContain(
      'RUN rm -rf /tmp/src /tmp/artifacts /tmp/.s2i && (rmdir /run/secrets 2> /dev/null || true)',
    );
  });

  it('gives caches to a user that has a name, as root', () => {
    const caches = [{ id: 'npm', target: '/npm' }];
    expect(written({ assembleUser: 'app:app', builderUser: 'app:app', caches }).slice(2, 8)).toEqual([
      'USER 0',
      'RUN --mount=type=cache,id=npm,target=/npm,uid=0 \\',
      '    chown app:app /npm',
      'USER app:app',
      'RUN --mount=type=cache,id=npm,target=/npm,uid=0 \\',
      '    /usr/libexec/s2i/assemble',
    ]);
  });

  it('keeps what is elsewhere in the metadata folder where the source is not in /tmp', () => {
    const paths = buildPaths('/opt/my build');
    expect(written({ paths })).toEqual(
      expect.arrayContaining([
        'COPY --chown=1001:0 ["upload/src","/opt/my build/src"]',
        "RUN rm -rf '/opt/my build/src' '/opt/my build/artifacts' /tmp/.s2i/image_metadata.json",
      ]),
    );
  });
});

describe('who runs what', () => {
  const [assemble, remove, run] = [
    'RUN /usr/libexec/s2i/assemble',
    'RUN rm -rf /tmp/src /tmp/artifacts /tmp/.s2i',
    'CMD ["/usr/libexec/s2i/run"]',
  ];

  it.each<[string, Partial<Recipe>, string[]]>([
    ['a builder of root needs no other user', { builderUser: '', assembleUser: '' }, [assemble, remove, run]],
    [
      "a builder's own user has the image again",
      { builderUser: 'app', assembleUser: 'app' },
      [assemble, 'USER 0', remove, 'USER app', run],
    ],
    [
      "another user assembles, and the builder's has the image",
      { builderUser: 'app', assembleUser: '0' },
      ['USER 0', assemble, remove, 'USER app', run],
    ],
    [
      'a builder without USER runs as root, whoever assembles',
      { builderUser: '', assembleUser: '1001' },
      ['USER 1001', assemble, 'USER 0', remove, run],
    ],
  ])('%s', (_, recipe, expected) => {
    expect(users(recipe)).toEqual(expected);
  });

  it('owns the source, with a group of its own where it has one', () => {
    const copy = (assembleUser: string) => written({ assembleUser }).find((line) => line.startsWith('COPY'));
    expect(copy('app:web')).toBe('COPY --chown=app:web upload/src /tmp/src');
    expect(copy('app')).toBe('COPY --chown=app:0 upload/src /tmp/src');
    expect(copy('root')).toBe('COPY upload/src /tmp/src');
  });
});

describe('an incremental one', () => {
  const cached = { tag: 'my-app:latest', script: '/tmp/src/.s2i/bin/save-artifacts' };

  it("asks the previous image first, with this build's script and variables", () => {
    const text = dockerfileText({
      ...plain,
      env: ['A=1'],
      cached: { ...cached, builderFolder: undefined, sourceFolders: ['.s2i'] },
    });
    expect(text.split('\nFROM nodejs-20')[0]).toBe(`FROM my-app:latest AS cached
ENV A="1"
COPY upload/src/.s2i /tmp/src/.s2i
RUN mkdir -p /tmp/artifacts && umask 0 && \\
    if [ -x /tmp/src/.s2i/bin/save-artifacts ] && /tmp/src/.s2i/bin/save-artifacts > /tmp/artifacts.tar; then \\
      if tar -tf /tmp/artifacts.tar > /dev/null 2>&1; then tar -xf /tmp/artifacts.tar -C /tmp/artifacts; fi; \\
    else rm -rf /tmp/artifacts && mkdir /tmp/artifacts; fi && \\
    rm -f /tmp/artifacts.tar`);
  });

  it("has the builder's copy of a script, not that of the previous image", () => {
    const folder = '/usr/libexec/s2i';
    const lines = written({
      cached: { ...cached, script: `${folder}/save-artifacts`, builderFolder: folder, sourceFolders: [] },
    });
    expect(lines[1]).toBe('COPY --from=nodejs-20 /usr/libexec/s2i /usr/libexec/s2i');
  });

  it('gives what was saved to assemble, and no folder where there was nothing', () => {
    const lines = written({ cached: { ...cached, builderFolder: undefined, sourceFolders: [] } });
    expect(lines).toContain('COPY --chown=1001:0 --from=cached /tmp/artifacts /tmp/artifacts');
    expect(lines).toContain('RUN (rmdir /tmp/artifacts 2> /dev/null || true) && /usr/libexec/s2i/assemble');
  });
});
