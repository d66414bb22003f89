import { describe, expect, it } from 'vitest';
import { buildPaths, environmentFiles, installedRun, scriptFolders } from '../../source/protocol/paths.ts';

describe('buildPaths', () => {
  it('puts everything of a build under the destination', () => {
    expect(buildPaths('/opt/in')).toMatchObject({
      source: '/opt/in/src',
      artifacts: '/opt/in/artifacts',
      scripts: '/opt/in/scripts',
      defaultScripts: '/opt/in/defaultScripts',
    });
  });

  it('keeps the metadata file at its fixed path, wherever the destination is', () => {
    expect(buildPaths('/opt/in').metadata).toBe('/tmp/.s2i/image_metadata.json');
  });
});

describe('the names in the source and in the output image', () => {
  it('prefers .sti to .s2i', () => {
    expect(scriptFolders).toEqual(['.sti/bin', '.s2i/bin']);
    expect(environmentFiles).toEqual(['.sti/environment', '.s2i/environment']);
  });

  it('starts an installed run script from where the seed put it', () => {
    expect(installedRun).toBe('/opt/sti/bin/run');
  });
});
