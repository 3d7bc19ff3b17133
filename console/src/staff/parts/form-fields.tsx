import { Input } from 'antd';
import type { ReactNode } from 'react';
import { serverNow } from '../../ui/server-clock.ts';

interface FieldProps {
  /** The name that the API has for it: a fault of this field links here. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
}

interface TextFieldProps extends FieldProps {
  readonly max: number;
  readonly rows?: number;
  readonly type?: 'text' | 'date' | 'datetime-local';
  readonly mono?: boolean;
  readonly required?: boolean;
  /** The earliest that a date may be. */
  readonly min?: string | undefined;
}

export function TextField({
  name,
  label,
  value,
  onChange,
  hint,
  max,
  rows,
  type,
  mono,
  required,
  min,
}: TextFieldProps): ReactNode {
  const id = `field-${name}`;
  const shared = {
    id,
    value,
    required,
    maxLength: max,
    ...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }),
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <Input
          {...shared}
          type={type ?? 'text'}
          autoComplete="off"
          min={min}
          {...(mono ? { className: 'mono' } : {})}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <Input.TextArea {...shared} rows={rows} onChange={(event) => onChange(event.target.value)} />
      )}
      {hint !== undefined && (
        <p className="muted" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface SelectFieldProps extends FieldProps {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

export function SelectField({ name, label, value, onChange, options }: SelectFieldProps): ReactNode {
  return (
    <div className="field">
      <label htmlFor={`field-${name}`}>{label}</label>
      <select id={`field-${name}`} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** `2026-11-25T18:00` of a `datetime-local` field, in the viewer's zone, as an instant; empty for nothing. */
export const instantOf = (local: string): string => (local === '' ? '' : new Date(local).toISOString());

/** An instant as a `datetime-local` field wants it, in the viewer's zone. */
export function localOf(instant: string): string {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const DAY = 86_400_000;

/** A deadline that has passed is none to begin with: a day from now instead. */
export const laterThanNow = (dueAt: string): string =>
  Date.parse(dueAt) > serverNow() ? dueAt : new Date(serverNow() + DAY).toISOString();
