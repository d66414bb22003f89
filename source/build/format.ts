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
  const grouped = String(count).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped} ${count === 1 ? 'file' : 'files'}`;
}

/** `sha256:9ab3…` → `9ab3f00d1234`, as engines show it. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
