import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { numbers, words } from "../texts/projects/texts";
import "../styles/plots.css";

/** A bar of a plot. */
export interface PlottedBar {
  readonly name: string;
  readonly value: number;
}

/** Properties of a plot. */
export interface BarChartProps {
  readonly title: string;
  /** Name of what is counted. */
  readonly unit: string;
  readonly bars: readonly PlottedBar[];
  /** A value to compare with, as a line. */
  readonly line?: { readonly name: string; readonly value: number } | undefined;
  /** Decimals of the values. */
  readonly decimals?: number;
}

/** Width in CSS pixels before the page has laid the plot out. */
const USUAL_WIDTH = 560;
const HEIGHT = 180;
const BOTTOM = 20;
const LEFT = 44;
const RIGHT = 12;
const TOP = 8;

/** Widest bar in CSS pixels: a single day is no wall. */
const MOST_BAR = 64;

/** Width in CSS pixels that a name below a bar may need. */
const NAME_WIDTH = 52;

/** A plot of bars, as wide as its place. Its numbers are in a table, too, for those who read rather than see. */
export function BarChart({ title, unit, bars, line, decimals = 0 }: BarChartProps) {
  const { decimal } = numbers.value;
  const plot = useRef<SVGSVGElement>(null);
  const width = useSignal(USUAL_WIDTH);
  useLayoutEffect(() => {
    // Drawn in CSS pixels, so that words are as large on a phone as elsewhere.
    const observer = new ResizeObserver(([{ contentRect }]) => {
      width.value = Math.max(LEFT + RIGHT + NAME_WIDTH, Math.round(contentRect.width));
    });
    observer.observe(plot.current!);
    return () => observer.disconnect();
  }, []);
  const right = width.value - RIGHT;
  const top = niceTop(Math.max(1e-9, line?.value ?? 0, ...bars.map(({ value }) => value)));
  const step = (right - LEFT) / Math.max(1, bars.length);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const every = Math.max(1, Math.ceil(NAME_WIDTH / step));
  return (
    <figure class="plot">
      <figcaption>
        {title}
        {line && <span class="plot-line-name">{line.name}</span>}
      </figcaption>
      <svg
        ref={plot}
        viewBox={`0 0 ${width.value} ${HEIGHT}`}
        height={HEIGHT}
        role="img"
        aria-label={`${title} (${[unit, line?.name].filter(Boolean).join(", ")})`}
      >
        {[0, 0.5, 1].map((share) => share * top).map((value) => (
          <g key={value} class="plot-grid">
            <line x1={LEFT} x2={right} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
              {decimal(value, Number.isInteger(value) ? 0 : Math.max(decimals, 1))}
            </text>
          </g>
        ))}
        {bars.map(({ name, value }, index) => (
          <g key={index}>
            <rect
              class="plot-bar"
              x={LEFT + index * step + step * 0.1}
              width={Math.max(1, Math.min(MOST_BAR, step * 0.8))}
              y={y(value)}
              height={Math.max(0, y(0) - y(value))}
            >
              <title>{`${name}: ${decimal(value, decimals)}`}</title>
            </rect>
            {index % every === 0 && (
              <text x={LEFT + index * step + Math.min(MOST_BAR, step) / 2} y={HEIGHT - 6} text-anchor="middle">
                {name}
              </text>
            )}
          </g>
        ))}
        {line && <line class="plot-line" x1={LEFT} x2={right} y1={y(line.value)} y2={y(line.value)} />}
      </svg>
      <details>
        <summary>{words.value.figures.asTable}</summary>
        <div class="table-scroll" tabIndex={0} role="region" aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{title}</th>
                <th scope="col">{unit}</th>
              </tr>
            </thead>
            <tbody>
              {bars.map(({ name, value }, index) => (
                <tr key={index}>
                  <th scope="row">{name}</th>
                  <td>{decimal(value, decimals)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** The least of 1, 2, 5 times a power of ten that no value exceeds. */
export function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((factor) => factor * power).find((top) => top >= most * 0.999999) ?? most;
}
