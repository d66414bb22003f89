const htmlTypes = ['text/html', 'application/xhtml+xml'];
/** Characters of the beginning that are looked at. */
const looked = 4096;

/** Whether an answer is a page for a browser: by what it begins with, else by its type, unless it names an interpreter. */
export function looksLikeHtml(content: Buffer, mediaType: string): boolean {
  const start = afterProlog(content.toString('utf8', 0, looked));
  return (
    /^<(?:!doctype\s+html|html|head|body)\b/i.test(start) || (htmlTypes.includes(mediaType) && !start.startsWith('#!'))
  );
}

/** What follows white space, a byte order mark, comments and an XML declaration. */
function afterProlog(text: string): string {
  const rest = text.trimStart();
  for (const [opens, closes] of [
    ['<!--', '-->'],
    ['<?', '?>'],
  ] as const) {
    if (!rest.startsWith(opens)) continue;
    const end = rest.indexOf(closes, opens.length);
    return end === -1 ? '' : afterProlog(rest.slice(end + closes.length));
  }
  return rest;
}
