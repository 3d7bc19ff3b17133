import type { ReactNode } from 'react';

interface TicksProps {
  readonly legend: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly chosen: readonly string[];
  readonly set: (chosen: string[]) => void;
}

/** Any number of a few. */
export function Ticks({ legend, options, chosen, set }: TicksProps): ReactNode {
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      {options.map(({ value, label }) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) =>
              set(event.target.checked ? [...chosen, value] : chosen.filter((each) => each !== value))
            }
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
