export interface DiffLine {
  readonly change: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Beyond this many changed lines two texts are told as one replaced by the other: a diff would help nobody. */
const MAX_EDITS = 2_000;

/** The shortest edit between two texts by lines (Myers 1986), what is equal at both ends taken off first. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split(/\r?\n/);
  const b = after.split(/\r?\n/);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail += 1;
  const same = (lines: string[]): DiffLine[] => lines.map((text) => ({ change: 'same', text }));
  return [
    ...same(a.slice(0, head)),
    ...shortestEdit(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(a.slice(a.length - tail)),
  ];
}

const removed = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ change: 'removed', text }));
const added = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ change: 'added', text }));

function shortestEdit(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length === 0) return added(b);
  if (b.length === 0) return removed(a);
  const trace = furthestReaches(a, b);
  return trace === undefined ? [...removed(a), ...added(b)] : walkBack(a, b, trace);
}

type Reach = ReadonlyMap<number, number>;

/** For d = 0, 1, 2 … edits: how far along each diagonal one gets. */
function furthestReaches(a: readonly string[], b: readonly string[]): Reach[] | undefined {
  const trace: Reach[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let d = 0; d <= Math.min(MAX_EDITS, a.length + b.length); d += 1) {
    const next = new Map(reach);
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(reach, k, d) ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return [...trace, reach];
    }
    trace.push(reach);
    reach = next;
  }
  return undefined;
}

const goesDown = (reach: Reach, k: number, d: number): boolean =>
  k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Reach[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const reach = trace[d] as Reach;
    const down = goesDown(reach, x - y, d);
    const from = down ? x - y + 1 : x - y - 1;
    const startX = reach.get(from) ?? 0;
    const startY = startX - from;
    while (x > startX && y > startY && x > 0 && y > 0 && a[x - 1] === b[y - 1]) {
      lines.push({ change: 'same', text: a[x - 1] as string });
      x -= 1;
      y -= 1;
    }
    if (d === 0) break;
    lines.push(down ? { change: 'added', text: b[y - 1] as string } : { change: 'removed', text: a[x - 1] as string });
    x = startX;
    y = startY;
  }
  return lines.reverse();
}
