import { useEffect, useRef, type ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface BacklogChartProps {
  readonly labels: readonly string[];
  readonly live: readonly number[];
  readonly overdue: readonly number[];
  readonly names: readonly [string, string];
}

/** Bars per queue. For the eye only: the table below holds the same numbers. */
export function BacklogChart({ labels, live, overdue, names }: BacklogChartProps): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = ref.current;
    if (!box) return undefined;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const bars = (align: -1 | 1) => uPlot.paths.bars?.({ size: [0.3, 60], align });
    const series = (label: string, name: string, align: -1 | 1): uPlot.Series => {
      const paths = bars(align);
      return { label, fill: colour(name), stroke: colour(name), points: { show: false }, ...(paths ? { paths } : {}) };
    };
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line') } };
    const chart = new uPlot(
      {
        width: box.clientWidth,
        height: 220,
        cursor: { show: false },
        legend: { live: false },
        scales: {
          x: { time: false, range: [-0.6, labels.length - 0.4] },
          y: { range: (_u, _min, max) => [0, Math.max(4, max * 1.1)] },
        },
        axes: [{ ...axis, splits: () => labels.map((_, at) => at), values: () => [...labels] }, axis],
        series: [{}, series(names[0], '--accent', -1), series(names[1], '--bad', 1)],
      },
      [labels.map((_, at) => at), [...live], [...overdue]],
      box,
    );
    const resized = new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: 220 }));
    resized.observe(box);
    return () => {
      resized.disconnect();
      chart.destroy();
    };
  }, [labels.join(), live.join(), overdue.join(), names.join()]);
  return <div ref={ref} aria-hidden="true" />;
}
