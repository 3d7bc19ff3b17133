import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';

interface UrlFilterProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** What stands first and leaves nothing in the address. */
  readonly all: string;
}

/** A filter that lives in the address: it survives reload, Back and sign-in (C14). */
export function UrlFilter({ name, label, options, all }: UrlFilterProps): ReactNode {
  const [params, setParams] = useSearchParams();
  const choose = (value: string): void =>
    setParams((now) => {
      if (value === '') now.delete(name);
      else now.set(name, value);
      return now;
    });
  return (
    <label className="row">
      {label}
      <select value={params.get(name) ?? ''} onChange={(event) => choose(event.target.value)}>
        <option value="">{all}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The filter's value where it is one of these. */
export function useUrlFilter<V extends string>(name: string, values: readonly V[]): V | undefined {
  const [params] = useSearchParams();
  return values.find((each) => each === params.get(name));
}
