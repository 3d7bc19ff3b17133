interface Part {
  readonly kind: 'fixed' | 'words';
  readonly text: string;
  readonly field?: string;
  readonly before?: string;
  readonly after?: string;
}
interface Place {
  readonly at: string;
  readonly value: string;
}
type Piece =
  | { readonly kind: 'fixed'; readonly key: string; readonly text: string }
  | { readonly kind: 'place'; readonly key: string; readonly place: Place; readonly bare: boolean };

describe('a letter with places to write in (C7)', () => {
  let piecesOf: (parts: readonly Part[], places: readonly Place[]) => Piece[];
  beforeAll(async () => {
    // By name: the console is compiled by itself, with the types of a browser.
    const module = '../../console/src/staff/pages/task/letter/pieces.ts';
    ({ piecesOf } = (await import(module)) as { piecesOf: typeof piecesOf });
  });
  const fixed = (text: string): Part => ({ kind: 'fixed', text });
  const words = (field: string, text = ''): Part => ({ kind: 'words', field, text, before: '', after: '' });
  const place = (at: string): Place => ({ at, value: `mine ${at}` });
  const keys = (pieces: readonly Piece[]): string[] => pieces.map(({ key }) => key);

  it('has them where the service has them, and what is fixed around them', () => {
    const pieces = piecesOf(
      [fixed('Facts: '), words('a', 'theirs'), fixed('\nReasons: '), words('b'), fixed('\nEnd.')],
      [place('a'), place('b')],
    );
    expect(keys(pieces)).toEqual(['before a', 'a', 'before b', 'b', 'end']);
    // What somebody writes is theirs: the service's echo of it is never put over it.
    expect(pieces[1]).toMatchObject({ place: place('a'), bare: false });
  });

  it('keeps every field and its key while the service has not answered, or knows another set of them', () => {
    const places = [place('order'), place('a'), place('b')];
    const none = piecesOf([], places);
    expect(none.map((piece) => [piece.key, piece.kind === 'place' && piece.bare])).toEqual([
      ['order', true],
      ['a', true],
      ['b', true],
    ]);
    const behind = piecesOf([fixed('Facts: '), words('a'), fixed('\nReasons: '), words('b')], places);
    expect(keys(behind)).toEqual(['before order', 'order', 'a', 'before b', 'b']);
    const ahead = piecesOf([fixed('Do: '), words('gone', 'old'), fixed('\nFacts: '), words('a')], [place('a')]);
    expect(ahead[0]).toMatchObject({ key: 'before a', text: 'Do: old\nFacts: ' });
  });

  it('loses none where the service has them in another order', () => {
    const pieces = piecesOf([words('b'), fixed(' and '), words('a')], [place('a'), place('b')]);
    expect(keys(pieces).filter((key) => key.length === 1)).toEqual(['b', 'a']);
  });
});
