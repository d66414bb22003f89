import { describe, expect, it } from 'vitest';
import { buildLabels, checkLabels, mergeLabels, readBuildLabels } from '../../../source/protocol/image/labels.ts';
import { caught } from '../../support/caught.ts';

describe('buildLabels', () => {
  const revision = { id: 'c0ffee', ref: 'main', author: 'A <a@b>', date: 'today', message: 'Say "hi"' };

  it('says where an image came from', () => {
    const info = { image: 'nodejs', sourceLocation: 'https://h/r.git', contextDir: 'web', revision };
    expect(buildLabels(info)).toEqual({
      'io.openshift.s2i.build.image': 'nodejs',
      'io.openshift.s2i.build.source-location': 'https://h/r.git',
      'io.openshift.s2i.build.source-context-dir': 'web',
      'io.openshift.s2i.build.commit.id': 'c0ffee',
      'io.openshift.s2i.build.commit.ref': 'main',
      'io.openshift.s2i.build.commit.author': 'A <a@b>',
      'io.openshift.s2i.build.commit.date': 'today',
      'io.openshift.s2i.build.commit.message': 'Say "hi"',
    });
  });

  it('says that a checkout had changes, in a label of its own beside the commit’s', () => {
    const labels = buildLabels({ image: 'b', sourceLocation: '/src', revision: { ...revision, dirty: true } });
    expect(labels).toMatchObject({
      'io.openshift.s2i.build.commit.id': 'c0ffee',
      'io.sti.build.dirty': 'true',
    });
  });

  it('has no label for what is absent or empty', () => {
    expect(Object.keys(buildLabels({ image: 'b', sourceLocation: '/src', contextDir: '' }))).toEqual([
      'io.openshift.s2i.build.image',
      'io.openshift.s2i.build.source-location',
    ]);
    const labels = buildLabels({ image: 'b', sourceLocation: '/src', revision: { ...revision, message: '' } });
    expect(labels).not.toHaveProperty(['io.openshift.s2i.build.commit.message']);
  });

  it('keeps the password of the source out of the image', () => {
    const labels = buildLabels({ image: 'b', sourceLocation: 'https://me:hunter2@h/r.git' });
    expect(labels['io.openshift.s2i.build.source-location']).toBe('https://me:***@h/r.git');
  });
});

describe('readBuildLabels', () => {
  const info = {
    ...{ image: 'nodejs', sourceLocation: 'https://h/r.git', contextDir: 'web' },
    ...{ displayName: 'The shop', description: 'Sells tea' },
  };
  const revision = { id: 'c0ffee', ref: 'main', author: '', date: '', message: '', dirty: true };

  it('reads back what buildLabels wrote', () => {
    const read = readBuildLabels(buildLabels({ ...info, revision }));
    expect(read).toEqual({ ...info, commit: 'c0ffee', dirty: true });
  });

  it('takes the ref where there is no commit, and a URL without the password that was taken out', () => {
    const sourceLocation = 'https://me:hunter2@h/r.git';
    const labels = buildLabels({ image: 'b', sourceLocation, revision: { ...revision, id: '', dirty: false } });
    expect(readBuildLabels(labels)).toMatchObject({
      sourceLocation: 'https://me@h/r.git',
      commit: 'main',
      dirty: false,
    });
  });

  it('reads nothing where the image or the source is missing', () => {
    const labels = buildLabels(info);
    for (const name of ['image', 'source-location'])
      expect(readBuildLabels({ ...labels, [`io.openshift.s2i.build.${name}`]: '' })).toBeUndefined();
  });
});

describe('mergeLabels', () => {
  it('lets the later source win', () => {
    expect(mergeLabels({ a: '1', b: '1' }, { b: '2' }, { c: '3' })).toEqual({ a: '1', b: '2', c: '3' });
  });

  it('takes even __proto__ as a name', () => {
    expect(Object.entries(mergeLabels(Object.fromEntries([['__proto__', 'x']])))).toEqual([['__proto__', 'x']]);
  });
});

describe('checkLabels', () => {
  it('accepts what a build has', () => {
    expect(() => checkLabels({ a: '', 'io.x/y': 'x'.repeat(60_000) })).not.toThrow();
  });

  it('refuses a label without a name', () => {
    for (const name of ['', ' ']) {
      expect(caught(() => checkLabels({ ok: '1', [name]: 'x' }))).toMatchObject({
        code: 'labels',
        message: 'a label has no name',
      });
    }
  });

  it('takes exactly as much as fits into a line of the engine', () => {
    const room = 65_535 - 'LABEL "big"=""'.length;
    expect(() => checkLabels({ big: 'x'.repeat(room) })).not.toThrow();
    const error = caught(() => checkLabels({ ok: '1', big: 'x'.repeat(room + 1) }));
    expect(error.code).toBe('labels');
    expect(error.message).toContain('the label big is too large');
  });

  it('counts bytes, and the escapes that a value needs', () => {
    expect(caught(() => checkLabels({ wide: 'é'.repeat(33_000) })).message).toContain('wide');
    expect(caught(() => checkLabels({ quoted: '"'.repeat(33_000) })).message).toContain('quoted');
  });

  it('refuses a name that is too long, without printing all of it', () => {
    const error = caught(() => checkLabels({ ['n'.repeat(70_000)]: '' }));
    expect(error.message).toContain('nnnn…');
    expect(error.message.length).toBeLessThan(300);
  });

  it('refuses labels that are too large together, and names the largest', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`l${index}`, 'x'.repeat(50_000 + index)]),
    );
    const error = caught(() => checkLabels(labels));
    expect(error.code).toBe('labels');
    expect(error.message).toContain('the largest is l19');
    const turned = Object.fromEntries(Object.entries(labels).reverse());
    expect(caught(() => checkLabels(turned)).message).toContain('the largest is l19');
  });
});
