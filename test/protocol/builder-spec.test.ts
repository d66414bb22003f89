import { describe, expect, it } from 'vitest';
import { builderSpec } from '../../source/protocol/builder-spec.ts';
import { caught } from '../support/caught.ts';

const image = (config: { labels?: Record<string, string>; env?: string[]; user?: string }) => ({
  id: 'sha256:b01d',
  config: { labels: {}, env: [], user: '', ...config },
});

describe('builderSpec', () => {
  it('gives an image that says nothing /tmp, no scripts and root', () => {
    expect(builderSpec(image({}))).toEqual({ destination: '/tmp', scriptsUrl: undefined, assembleUser: '' });
  });

  it('prefers the openshift labels, then the older ones, then the environment', () => {
    const env = ['STI_LOCATION=/env', 'STI_SCRIPTS_URL=file:///env'];
    const old = { 'io.s2i.destination': '/old', 'io.s2i.scripts-url': 'file:///old' };
    const openshift = { 'io.openshift.s2i.destination': '/new', 'io.openshift.s2i.scripts-url': 'file:///new' };
    expect(builderSpec(image({ env }))).toMatchObject({ destination: '/env', scriptsUrl: 'file:///env' });
    expect(builderSpec(image({ env, labels: old }))).toMatchObject({ destination: '/old', scriptsUrl: 'file:///old' });
    const all = builderSpec(image({ env, labels: { ...old, ...openshift } }));
    expect(all).toMatchObject({ destination: '/new', scriptsUrl: 'file:///new' });
  });

  it('takes an empty label or variable for an absent one', () => {
    const labels = { 'io.openshift.s2i.scripts-url': '', 'io.openshift.s2i.assemble-user': '' };
    const spec = builderSpec(image({ labels, env: ['STI_SCRIPTS_URL=', 'STI_LOCATION='], user: 'app' }));
    expect(spec).toEqual({ destination: '/tmp', scriptsUrl: undefined, assembleUser: 'app' });
  });

  it('keeps a scripts URL with = in it whole', () => {
    expect(builderSpec(image({ env: ['STI_SCRIPTS_URL=http://h/p?a=b'] })).scriptsUrl).toBe('http://h/p?a=b');
  });

  it('lets assemble run as the option says, else the label, else the image', () => {
    const labels = { 'io.openshift.s2i.assemble-user': '1001' };
    expect(builderSpec(image({ labels, user: 'app' }), { assembleUser: '7' }).assembleUser).toBe('7');
    expect(builderSpec(image({ labels, user: 'app' })).assembleUser).toBe('1001');
    expect(builderSpec(image({ user: 'app' })).assembleUser).toBe('app');
  });

  it('normalises the destination', () => {
    expect(builderSpec(image({ env: ['STI_LOCATION=/opt//in/'] })).destination).toBe('/opt/in');
  });

  it.each(['in', './in', '/', '//', '/.', '/in/../..', '/a/..', '/opt/../in'])(
    'refuses %j as destination, naming it and the image',
    (destination) => {
      const error = caught(() => builderSpec(image({ labels: { 'io.openshift.s2i.destination': destination } })));
      expect(error.code).toBe('builder');
      expect(error.message).toContain(`"${destination}"`);
      expect(error.message).toContain('sha256:b01d');
    },
  );
});
