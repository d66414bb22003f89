/** `4.1 MB`, decimal as engines and disks count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  let unit = '';
  for (unit of ['kB', 'MB', 'GB', 'TB']) {
    value /= 1000;
    if (value < 999.5) break;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** `2,143 files`, `1 file`. Without `toLocaleString`, whose first call loads the languages of the world: 16 ms. */
export function formatFiles(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'file' : 'files'}`;
}

/** `12,345 of 60,000`, `1.2 MB of 50 MB` */
export function formatProgress(done: number, of: number, unit: 'files' | 'bytes'): string {
  const format = unit === 'bytes' ? formatBytes : grouped;
  return `${format(done)} of ${format(of)}`;
}

/** `12,345` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `sha256:9ab3…` → `9ab3f00d1234`, as engines show it. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
