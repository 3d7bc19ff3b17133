import { useEffect, useRef, type ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useLook } from '../../look.tsx';

export interface Series {
  readonly name: string;
  /** A colour of the theme: `--accent`. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  readonly kind: 'bars' | 'lines';
  readonly labels: readonly string[];
  readonly series: readonly Series[];
}

const HEIGHT = 220;
/** What a letter takes; a Chinese one takes two. As many labels are written as there is room for. */
const LETTER_PX = 7;
const widthOf = (label: string): number =>
  [...label].reduce((sum, letter) => sum + (letter > '\u2e80' ? 2 : 1), 2) * LETTER_PX;

/** For the eye only: the table beside it holds the same numbers, and is what assistive technology reads. */
export function Chart({ kind, labels, series }: ChartProps): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  // Its colours are read from the theme, and so it is drawn anew when that changes.
  const shape = JSON.stringify([kind, labels, series, useLook().isDark]);
  useEffect(() => {
    const box = ref.current;
    if (!box) return undefined;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line') } };
    const needed = labels.length * Math.max(1, ...labels.map(widthOf));
    const every = Math.max(1, Math.ceil(needed / Math.max(1, box.clientWidth - 60)));
    const at = labels.map((_, index) => index);
    const chart = new uPlot(
      {
        width: box.clientWidth,
        height: HEIGHT,
        cursor: { show: false },
        legend: { live: false, show: series.length > 1 },
        scales: {
          x: { time: false, range: [-0.6, labels.length - 0.4] },
          y: { range: (_u, _min, max) => [0, Math.max(4, max * 1.1)] },
        },
        axes: [
          {
            ...axis,
            splits: () => at.filter((index) => index % every === 0),
            values: (_u, splits) => splits.map((index) => labels[index] ?? ''),
          },
          { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000, 100_000] },
        ],
        series: [{}, ...series.map((each, index) => drawn(each, index))],
      },
      [at, ...series.map(({ values }) => [...values])],
      box,
    );
    function drawn({ name, colour: token }: Series, index: number): uPlot.Series {
      const hue = colour(token);
      if (kind === 'lines') return { label: name, stroke: hue, width: 2, points: { show: true, size: 6 } };
      const align = series.length === 1 ? 0 : index === 0 ? -1 : 1;
      const paths = uPlot.paths.bars?.({ size: [series.length === 1 ? 0.5 : 0.3, 60], align });
      return { label: name, fill: hue, stroke: hue, points: { show: false }, ...(paths ? { paths } : {}) };
    }
    const resized = new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: HEIGHT }));
    resized.observe(box);
    return () => {
      resized.disconnect();
      chart.destroy();
    };
  }, [shape]);
  return <div ref={ref} aria-hidden="true" className="chart" />;
}
