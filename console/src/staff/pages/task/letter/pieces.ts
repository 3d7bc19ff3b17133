import type { Schemas } from '../../../../api/client.ts';

export type LetterPart = Schemas['NoticePartDto'];

/** A place in a letter where somebody writes; `at` is how the service names it. */
export interface Place {
  readonly at: string;
  readonly value: string;
}

export type Piece<P extends Place> =
  | { readonly kind: 'fixed'; readonly key: string; readonly text: string }
  | {
      readonly kind: 'place';
      readonly key: string;
      readonly place: P;
      /** What stands around the words once there are any. */
      readonly before: string;
      readonly after: string;
      /** Nothing that is fixed leads to it: it needs a name that is seen. */
      readonly bare: boolean;
    };

/**
 * The letter as the service last rendered it, with the places where somebody writes standing in it. The service follows a
 * moment behind: a place that it does not know yet stands before the next one that it does, one that has gone is not shown.
 * Keys go by places, so that no field is made anew under whoever writes in it, whatever comes and goes around it.
 */
export function piecesOf<P extends Place>(parts: readonly LetterPart[], places: readonly P[]): Piece<P>[] {
  const known = new Set(parts.map(({ field }) => field));
  let waiting: readonly P[] = places;
  const pieces: Piece<P>[] = [];
  let fixed = '';
  const put = (place: P, before = '', after = ''): void => {
    const last = pieces.at(-1);
    const bare = fixed.trim() === '' && before.trim() === '' && (last === undefined || last.kind === 'place');
    if (fixed !== '') pieces.push({ kind: 'fixed', key: `before ${place.at}`, text: fixed });
    fixed = '';
    pieces.push({ kind: 'place', key: place.at, place, before, after, bare });
  };
  for (const part of parts) {
    const place = part.kind === 'words' ? waiting.find(({ at }) => at === part.field) : undefined;
    if (place === undefined) {
      fixed += part.text;
      continue;
    }
    const unknown = waiting.slice(0, waiting.indexOf(place)).filter(({ at }) => !known.has(at));
    for (const each of unknown) put(each);
    put(place, part.before, part.after);
    waiting = waiting.filter((each) => each !== place && !unknown.includes(each));
  }
  for (const late of waiting) put(late);
  if (fixed !== '') pieces.push({ kind: 'fixed', key: 'end', text: fixed });
  return pieces;
}
