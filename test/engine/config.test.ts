import { describe, expect, it } from 'vitest';
import { commitBody, containerBody, imageConfigFrom } from '../../source/engine/docker/config.ts';
import type { ContainerSpec } from '../../source/engine/engine.ts';
import { podmanUlimits } from '../../source/engine/podman/limits.ts';

const empty = {
  user: '',
  env: [],
  cmd: [],
  entrypoint: [],
  workingDir: '',
  labels: {},
  volumes: [],
  exposedPorts: [],
  onBuild: [],
  stopSignal: '',
  shell: [],
  healthcheck: undefined,
};

const full = {
  User: 'app',
  Env: ['A=b'],
  Cmd: ['run'],
  Entrypoint: ['/entry'],
  WorkingDir: '/app',
  Labels: { a: 'b' },
  Volumes: { '/data': {} },
  ExposedPorts: { '8080/tcp': {} },
  OnBuild: ['RUN true'],
  StopSignal: 'SIGINT',
  Shell: ['/bin/bash', '-c'],
  Healthcheck: { Test: ['CMD', 'true'] },
};

describe('the configuration of an image', () => {
  it('is empty where the engine says null or nothing', () => {
    const nulls = Object.fromEntries(Object.keys(full).map((name) => [name, null]));
    expect(imageConfigFrom(nulls)).toEqual(empty);
    expect(imageConfigFrom({})).toEqual(empty);
    expect(imageConfigFrom(undefined)).toEqual(empty);
  });

  it('goes to a commit as it came from the image', () => {
    expect(commitBody(imageConfigFrom(full))).toEqual(full);
  });

  it('says nothing in a commit about a signal, shell and health check that are not there', () => {
    expect(Object.keys(commitBody(empty)).filter((name) => /Signal|Shell|Health/.test(name))).toEqual([]);
  });
});

describe('what is sent to create a container', () => {
  const spec: ContainerSpec = { name: 'n', image: 'i', command: ['c'], env: [], mounts: [], interactive: false };

  it('holds nothing that a commit would merge into the image', () => {
    const body = containerBody(spec);
    expect(Object.keys(body).sort()).toEqual(['Cmd', 'Entrypoint', 'Env', 'HostConfig', 'Image', 'name']);
    expect(body.HostConfig).toMatchObject({ AutoRemove: false, LogConfig: { Type: 'none' }, Mounts: [] });
  });

  it('ties an interactive container to its stdin', () => {
    const lifeline = { OpenStdin: true, StdinOnce: true, AttachStdin: true, HostConfig: { AutoRemove: true } };
    expect(containerBody({ ...spec, interactive: true })).toMatchObject(lifeline);
  });

  it('has a user and labels only where they are asked for', () => {
    expect(containerBody({ ...spec, user: '1001', labels: { a: 'b' } })).toMatchObject({
      User: '1001',
      Labels: { a: 'b' },
    });
  });

  it('binds by mounts, which refuse a missing source, but for an SELinux label, which only the older form takes', () => {
    const body = containerBody({
      ...spec,
      mounts: [
        { type: 'bind', source: '/a', target: '/x' },
        { type: 'bind', source: '/b', target: '/y', relabel: true },
        { type: 'volume', target: '/z' },
      ],
    });
    expect(body.HostConfig.Mounts).toEqual([
      { Type: 'bind', Source: '/a', Target: '/x' },
      { Type: 'volume', Source: '', Target: '/z' },
    ]);
    expect(body.HostConfig).toMatchObject({ Binds: ['/b:/y:Z'] });
  });
});

describe('the limits of a container on Podman', () => {
  const limits = (files: string, processes: string) =>
    `Limit                     Soft Limit           Hard Limit           Units
Max processes             100                  ${processes}                processes
Max open files            100                  ${files}                files
`;

  it('are left to Podman where it may raise them', () => {
    expect(podmanUlimits(limits('1048576', 'unlimited'))).toEqual([]);
    expect(podmanUlimits('')).toEqual([]);
  });

  it('are what this machine allows where Podman may not raise them', () => {
    expect(podmanUlimits(limits('20000', '9000'))).toEqual([
      { Name: 'nofile', Soft: 20000, Hard: 20000 },
      { Name: 'nproc', Soft: 9000, Hard: 9000 },
    ]);
    expect(podmanUlimits(limits('20000', 'unlimited'))).toContainEqual({ Name: 'nproc', Soft: 32768, Hard: 32768 });
  });
});
