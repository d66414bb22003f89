/** The line without its colours; what search and the error finder read. */
export function plainText(text: string): string {
  return text.includes('\x1b') ? text.replace(/\x1b\[[\d;:]*m/g, '') : text;
}
