import type { ResolvedScript } from '../../source/build/scripts/resolve.ts';
import type { ImageDetails } from '../../source/engine/engine.ts';

export const image: ImageDetails = {
  id: 'sha256:0123',
  size: 5,
  layers: ['sha256:aa'],
  platform: 'linux/amd64',
  tags: ['builder:latest'],
  config: {
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
  },
};

export const script: ResolvedScript = {
  name: 'save-artifacts',
  path: '/usr/libexec/s2i/save-artifacts',
  from: 'image:///usr/libexec/s2i',
  digest: 'd',
  content: undefined,
};
