import { numbers, words } from "../texts/projects/texts";

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

const WIDTH = 640;
const HEIGHT = 180;
const BOTTOM = 20;
const LEFT = 44;
const TOP = 8;

/** Names below the bars: more would overlap. */
const MOST_NAMES = 11;

/** A plot of bars. Its numbers are in a table, too, for those who read rather than see. */
export function BarChart({ title, unit, bars, line, decimals = 0 }: BarChartProps) {
  const { decimal } = numbers.value;
  const most = Math.max(1e-9, line?.value ?? 0, ...bars.map(({ value }) => value));
  const top = niceTop(most);
  const step = (WIDTH - LEFT) / Math.max(1, bars.length);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const every = Math.ceil(bars.length / MOST_NAMES);
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title} (${unit})`}>
        {[0, 0.5, 1].map((share) => (
          <g key={share} class="plot-grid">
            <line x1={LEFT} x2={WIDTH} y1={y(share * top)} y2={y(share * top)} />
            <text x={LEFT - 6} y={y(share * top) + 4} text-anchor="end">
              {decimal(share * top, share * top < 5 ? Math.max(decimals, 1) : 0)}
            </text>
          </g>
        ))}
        {bars.map(({ name, value }, index) => (
          <g key={name}>
            <rect
              class="plot-bar"
              x={LEFT + index * step + step * 0.1}
              width={Math.max(1, step * 0.8)}
              y={y(value)}
              height={Math.max(0, y(0) - y(value))}
            >
              <title>{`${name}: ${decimal(value, decimals)}`}</title>
            </rect>
            {index % every === 0 && (
              <text class="plot-name" x={LEFT + (index + 0.5) * step} y={HEIGHT - 6} text-anchor="middle">
                {name}
              </text>
            )}
          </g>
        ))}
        {line && (
          <g class="plot-line">
            <line x1={LEFT} x2={WIDTH} y1={y(line.value)} y2={y(line.value)} />
            <text x={WIDTH - 4} y={y(line.value) - 4} text-anchor="end">
              {line.name}
            </text>
          </g>
        )}
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
              {bars.map(({ name, value }) => (
                <tr key={name}>
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
