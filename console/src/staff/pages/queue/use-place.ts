import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { keepPlace } from './address.ts';
import type { StillList } from './still-list.ts';

const SETTLED_MS = 250;
/** The bar on top covers so much. */
const BELOW_THE_BAR = 72;
/** It is drawn a frame or two after it was scrolled to. */
const FRAMES = 10;

function focusRow(box: RefObject<HTMLTableElement | null>, id: string, frames = FRAMES): void {
  requestAnimationFrame(() => {
    const link = box.current?.querySelector<HTMLElement>(`[data-task="${id}"] a`);
    if (link) link.focus({ preventScroll: true });
    else if (frames > 0) focusRow(box, id, frames - 1);
  });
}

interface Table {
  readonly list: StillList;
  readonly box: RefObject<HTMLTableElement | null>;
  /** The row that has the focus, or had it last; -1: none yet. */
  readonly focused: RefObject<number>;
  readonly scrollTo: (at: number) => void;
}

interface PlaceKeeper {
  /** The reader went on: these rows are in view. */
  readonly seen: (first: number, last: number) => void;
  /** Now and not in a moment: they are about to leave. */
  readonly write: () => void;
}

/** Where the reader is, kept in the address; and who comes back stands where they left, on the same row (C14). */
export function usePlace({ list, box, focused, scrollTo }: Table): PlaceKeeper {
  const latest = useRef(list);
  latest.current = list;
  const view = useRef({ first: 0, last: 0 });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const write = useCallback(() => {
    clearTimeout(timer.current);
    const { rows } = latest.current;
    if (rows.length === 0) return;
    const { first, last } = view.current;
    const onFocus = focused.current >= first && focused.current <= last;
    // Nobody has gone anywhere yet: the address stays as short as it is.
    const at = onFocus ? focused.current : window.scrollY > 0 ? first : -1;
    const row = rows[at];
    keepPlace({ at: row?.task.id, page: row?.page ?? undefined });
  }, []);
  const soon = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(write, SETTLED_MS);
  }, [write]);
  const seen = useCallback(
    (first: number, last: number) => {
      if (view.current.first === first && view.current.last === last) return;
      view.current = { first, last };
      latest.current.look(first);
      soon();
    },
    [soon],
  );

  useEffect(() => {
    const { place, rows, put } = latest.current;
    focused.current = -1;
    if (put === 0) return;
    if (place === undefined) {
      // Another list in the place of one that was read far down begins at its beginning.
      const top = window.scrollY === 0 ? 0 : (box.current?.getBoundingClientRect().top ?? 0) - BELOW_THE_BAR;
      if (top < 0) window.scrollBy(0, top);
      return;
    }
    const at = rows.findIndex(({ task }) => task.id === place.taskId);
    if (place.y !== undefined) window.scrollTo(0, place.y);
    else if (at >= 0) scrollTo(at);
    focused.current = at;
    focusRow(box, place.taskId ?? '');
  }, [list.put]);

  // Before the rows are gone, and before the next page scrolls to its top.
  useLayoutEffect(
    () => () => {
      clearTimeout(timer.current);
      const { rows, leave } = latest.current;
      leave({ taskId: rows[focused.current]?.task.id, y: window.scrollY });
    },
    [],
  );
  useEffect(() => {
    const onFocus = box.current;
    onFocus?.addEventListener('focusin', soon);
    return () => onFocus?.removeEventListener('focusin', soon);
  }, [soon]);
  return { seen, write };
}
