/** What a browser shows when no version of the app was ready in time. */
export function notReadyAnswer(method: string, waited: number): string {
  const words = `sti dev: no version of the app was ready within ${waited / 1000} s. The terminal where sti runs says why; the next save tries again.\n`;
  const head = [
    'HTTP/1.1 503 Service Unavailable',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(words)}`,
    'Cache-Control: no-store',
    'Retry-After: 1',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : words}`;
}
