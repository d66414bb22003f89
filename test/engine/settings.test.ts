import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineApi } from '../support/engine-api.ts';
import { create, engineKinds, type Fixture, openEngine } from '../support/engine-fixtures.ts';

interface Inspected {
  readonly HostConfig: {
    readonly NetworkMode: string;
    readonly ExtraHosts: readonly string[] | null;
    readonly CapDrop: readonly string[] | null;
    readonly Memory: number;
    readonly NanoCpus: number;
  };
}

describe.each(engineKinds)('what a container may use and reach, on %s', (kind) => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openEngine(kind);
  });
  afterAll(() => fixture.close());

  it('is what its settings say', async () => {
    const settings = {
      network: 'none',
      addHost: ['db.local:10.0.0.7'],
      capDrop: ['NET_RAW'],
      memory: 64 * 1024 ** 2,
      cpus: 0.5,
    };
    const id = await create(fixture, 'true', { settings });
    const { HostConfig } = await engineApi(fixture.address).json<Inspected>('GET', `/containers/${id}/json`);
    expect(HostConfig.NetworkMode).toBe('none');
    expect(HostConfig.ExtraHosts).toEqual(['db.local:10.0.0.7']);
    expect(HostConfig.CapDrop?.map((name) => name.replace('CAP_', ''))).toContain('NET_RAW');
    expect(HostConfig.Memory).toBe(64 * 1024 ** 2);
    expect(HostConfig.NanoCpus).toBe(0.5e9);
  });
});
