import { describe, expect, it } from 'vitest';
import { archivesOf } from '../../../source/dev/sync/layers/archives.ts';

const changed = (path: string) => ({ path, kind: 'changed' as const });
const added = (path: string) => ({ path, kind: 'added' as const });

describe('the archives that hold what a layer has', () => {
  it('are the folders that are new, whole, and the files that are new or changed elsewhere', () => {
    const changes = [
      ...[changed('/app'), added('/app/modules'), added('/app/modules/a'), added('/app/modules/a/index.js')],
      ...[
        added('/app/server.js'),
        changed('/etc'),
        changed('/etc/passwd'),
        { path: '/etc/old', kind: 'deleted' as const },
      ],
    ];
    expect(archivesOf(changes).toSorted()).toEqual(['/app/modules', '/app/server.js', '/etc/passwd']);
  });

  it('are a folder once where very many of its files are new', () => {
    const files = Array.from({ length: 100 }, (_, index) => added(`/app/file-${index}`));
    expect(archivesOf([changed('/app'), ...files])).toEqual(['/app']);
  });

  it('are never all of the container', () => {
    const files = Array.from({ length: 100 }, (_, index) => added(`/file-${index}`));
    expect(archivesOf(files)).toHaveLength(100);
  });
});
