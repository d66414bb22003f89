import { createReportReader, type Report } from './reports.ts';

/** The keyboard, but that reports of the terminal go elsewhere: to Ink they would be keys. */
export function withoutReports(stdin: NodeJS.ReadStream, onReport: (report: Report) => void): NodeJS.ReadStream {
  const read = createReportReader();
  const readKeys = (): string | null => {
    for (;;) {
      const chunk: unknown = stdin.read();
      if (chunk === null) return null;
      const { keys, reports } = read(String(chunk));
      for (const report of reports) onReport(report);
      if (keys !== '') return keys;
    }
  };
  return new Proxy(stdin, {
    get(target, name) {
      if (name === 'read') return readKeys;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
