import xterm from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../scripts/pictures/cells.ts';
import { svgOf } from '../../scripts/pictures/svg.ts';

/** The picture of a small terminal to which this was written. */
async function pictureOf(output: string): Promise<string> {
  const terminal = new xterm.Terminal({ cols: 20, rows: 2, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  return svgOf(cellsOf(terminal), 'sti dev');
}

const textsOf = (svg: string) =>
  [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].slice(1).map(([, how, text]) => [text, how]);

describe('the picture of a screen', () => {
  it('holds neighbours of one look together, and to their columns', async () => {
    const texts = textsOf(await pictureOf('two words  \x1b[1mbold'));
    expect(texts.map(([text]) => text)).toEqual(['two words', 'bold']);
    expect(texts[0]?.[1]).toContain('textLength="75.6"');
    expect(texts[1]?.[1]).toMatch(/x="106\.4".*font-weight="bold"/);
  });

  it('has the colours of the screen: named, of 256, of 24 bits, swapped', async () => {
    expect(await pictureOf('\x1b[31mred')).toMatch(/fill="#ff7b72">red</);
    expect(await pictureOf('\x1b[38;5;208morange')).toMatch(/fill="#ff8700">orange</);
    expect(await pictureOf('\x1b[38;5;244mgrey')).toMatch(/fill="#808080">grey</);
    expect(await pictureOf('\x1b[38;2;1;2;254mblue')).toMatch(/fill="#0102fe">blue</);
    expect(await pictureOf('\x1b[44mback')).toMatch(/<rect [^>]*width="33.6"[^>]*fill="#58a6ff"\/>/);
    expect(await pictureOf('\x1b[7mswapped')).toMatch(/fill="#d0d7de"\/>[\s\S]*fill="#0d1117">swapped</);
    expect(await pictureOf('\x1b[2mfaint')).toMatch(/opacity="\.65">faint</);
  });

  it('places what follows a wide character where the screen has it', async () => {
    const texts = textsOf(await pictureOf('日b'));
    expect(texts.map(([text, how]) => [text, /x="([\d.]+)"/.exec(how ?? '')?.[1]])).toEqual([
      ['日', '14'],
      ['b', '30.8'],
    ]);
  });

  it('draws borders as lines', async () => {
    const svg = await pictureOf('╭─╮');
    expect(textsOf(svg)).toEqual([]);
    expect(svg.match(/<path d="M18\.2 [^"]*M26\.6 [^"]*M35 [^"]*" fill="none"/)).not.toBeNull();
  });

  it('takes nothing on the screen for markup', async () => {
    expect(await pictureOf('<b> & "c"')).toContain('>&lt;b&gt; &amp; "c"<');
  });
});
