import { inflateSync } from 'node:zlib';

/**
 * The text of a PDF as a reader would copy it: glyphs of every page, through the font's own ToUnicode map. Enough for
 * documents with one embedded font and compressed streams; written from the format, sharing nothing with the writer.
 */
export function pdfText(pdf: Buffer): string {
  const streams = streamsOf(pdf);
  const glyphs = new Map<string, string>();
  for (const stream of streams.filter((s) => s.includes('begincmap'))) readMap(stream, glyphs);
  const lines = streams
    .filter((s) => /\bBT\b/.test(s))
    .flatMap((s) => [...s.matchAll(/\[([^\]]*)\]\s*TJ/g)].map(([, shown = '']) => shown));
  return lines
    .map((shown) =>
      [...shown.matchAll(/<([0-9a-f]+)>/gi)]
        .flatMap(([, hex = '']) => hex.toLowerCase().match(/.{4}/g) ?? [])
        .map((glyph) => glyphs.get(glyph) ?? '\ufffd')
        .join(''),
    )
    .join('\n');
}

function streamsOf(pdf: Buffer): string[] {
  const found: string[] = [];
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 7)) {
    if (pdf.subarray(at - 3, at).toString() === 'end') continue;
    const end = pdf.indexOf('endstream', at);
    try {
      found.push(inflateSync(pdf.subarray(at + 7, end)).toString('latin1'));
    } catch {
      // Not compressed, or not text: nothing to read there.
    }
  }
  return found;
}

function readMap(stream: string, glyphs: Map<string, string>): void {
  for (const [, block = ''] of stream.matchAll(/beginbfrange([^]*?)endbfrange/g)) {
    for (const [, from = '', list = ''] of block.matchAll(/<([0-9a-f]{4})>\s*<[0-9a-f]{4}>\s*\[([^\]]*)\]/gi)) {
      const first = parseInt(from, 16);
      for (const [i, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]*)>/gi)].entries())
        glyphs.set((first + i).toString(16).padStart(4, '0'), unicodeOf(hex));
    }
  }
}

const unicodeOf = (hex: string): string =>
  (hex.match(/[0-9a-f]{4}/gi) ?? []).map((unit) => String.fromCharCode(parseInt(unit, 16))).join('');
