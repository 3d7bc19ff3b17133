import { Input } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
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

interface UrlTextProps {
  readonly name: string;
  readonly label: string;
  readonly fits: (text: string) => boolean;
}

/** A filter by what is typed or pasted: in the address as soon as it is whole; an id, never anything personal. */
export function UrlText({ name, label, fits }: UrlTextProps): ReactNode {
  const [params, setParams] = useSearchParams();
  const given = params.get(name) ?? '';
  const [text, setText] = useState(given);
  /** What this field put into the address; anything else came by Back or by a link. */
  const put = useRef(given);
  useEffect(() => {
    if (given !== put.current) setText(given);
    put.current = given;
  }, [given]);
  const change = (next: string): void => {
    setText(next);
    put.current = fits(next.trim()) ? next.trim() : '';
    if (put.current === given) return;
    setParams((now) => {
      if (put.current === '') now.delete(name);
      else now.set(name, put.current);
      return now;
    });
  };
  return (
    <label className="row">
      {label}
      <Input
        className="mono"
        autoComplete="off"
        maxLength={36}
        value={text}
        onChange={(event) => change(event.target.value)}
      />
    </label>
  );
}

/** The filter's value where it is one of these. */
export function useUrlFilter<V extends string>(name: string, values: readonly V[]): V | undefined {
  const [params] = useSearchParams();
  return values.find((each) => each === params.get(name));
}
