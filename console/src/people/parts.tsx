import { type ComponentProps, type ReactNode, useEffect, useRef, useState } from 'react';
import { announce } from '../ui/live-region.tsx';
import { type Fault, wordsOf } from './faults.ts';
import { useService } from './service.ts';
import type { Form } from './use-form.ts';
import { useCommon } from './texts.ts';

/** What is wrong, each a link to its field; takes the focus when a form is refused (C31). */
export function ErrorSummary({ form }: { readonly form: Pick<Form<object>, 'faults' | 'refused'> }): ReactNode {
  const { say } = useCommon();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (form.refused > 0) box.current?.focus();
  }, [form.refused]);
  if (form.faults.length === 0) return null;
  return (
    <div className="error-summary" role="alert" tabIndex={-1} ref={box} aria-labelledby="error-title">
      <h2 id="error-title">{say('errors.title')}</h2>
      <ul>
        {form.faults.map((fault) => (
          <li key={`${fault.field} ${fault.code}`}>
            {fault.field === undefined ? (
              wordsOf(fault)
            ) : (
              <a
                href={`#${fault.field}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(fault.field ?? '')?.focus();
                }}
              >
                {wordsOf(fault)}
              </a>
            )}
          </li>
        ))}
      </ul>
      <p className="muted">{say('errors.kept')}</p>
    </div>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly faults: readonly Fault[];
  readonly optional?: boolean;
}

interface Described {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

function Labelled({
  id,
  label,
  hint,
  faults,
  optional,
  children,
}: FieldProps & { readonly children: (props: Described) => ReactNode }): ReactNode {
  const { say } = useCommon();
  const fault = faults.find((each) => each.field === id);
  const described = [hint ? `${id}-hint` : '', fault ? `${id}-fault` : ''].filter(Boolean).join(' ');
  return (
    <div className={fault ? 'field faulty' : 'field'}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="muted"> {say('common.optional')}</span>}
      </label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault && (
        <p className="fault" id={`${id}-fault`}>
          {wordsOf(fault)}
        </p>
      )}
      {children({
        id,
        ...(described === '' ? {} : { 'aria-describedby': described }),
        ...(fault ? { 'aria-invalid': true } : {}),
      })}
    </div>
  );
}

type InputProps = FieldProps & Omit<ComponentProps<'input'>, 'onChange'> & { readonly onText: (text: string) => void };

export function TextField({ id, label, hint, faults, optional, onText, ...input }: InputProps): ReactNode {
  return (
    <Labelled id={id} label={label} hint={hint} faults={faults} {...(optional ? { optional } : {})}>
      {(described) => <input {...input} {...described} onChange={(event) => onText(event.target.value)} />}
    </Labelled>
  );
}

type AreaProps = FieldProps &
  Omit<ComponentProps<'textarea'>, 'onChange'> & { readonly onText: (text: string) => void };

export function AreaField({ id, label, hint, faults, optional, onText, ...area }: AreaProps): ReactNode {
  return (
    <Labelled id={id} label={label} hint={hint} faults={faults} {...(optional ? { optional } : {})}>
      {(described) => <textarea rows={5} {...area} {...described} onChange={(event) => onText(event.target.value)} />}
    </Labelled>
  );
}

export function SelectField({
  options,
  value,
  onText,
  ...field
}: FieldProps & {
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string;
  readonly onText: (text: string) => void;
}): ReactNode {
  return (
    <Labelled {...field}>
      {(described) => (
        <select {...described} value={value} onChange={(event) => onText(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

export function CheckField({
  id,
  children,
  checked,
  onCheck,
  faults = [],
}: {
  readonly id: string;
  readonly children: ReactNode;
  readonly checked: boolean;
  readonly onCheck: (checked: boolean) => void;
  readonly faults?: readonly Fault[];
}): ReactNode {
  const fault = faults.find((each) => each.field === id);
  return (
    <div className={fault ? 'field faulty' : 'field'}>
      {fault && (
        <p className="fault" id={`${id}-fault`}>
          {wordsOf(fault)}
        </p>
      )}
      <div className="check">
        <input
          type="checkbox"
          id={id}
          checked={checked}
          onChange={(event) => onCheck(event.target.checked)}
          {...(fault ? { 'aria-invalid': true, 'aria-describedby': `${id}-fault` } : {})}
        />
        <label htmlFor={id}>{children}</label>
      </div>
    </div>
  );
}

/** The heading of a page or step: read out and scrolled to when it comes; it names the tab too (WCAG 2.4.2). */
export function Heading({ children }: { readonly children: string }): ReactNode {
  const ref = useRef<HTMLHeadingElement>(null);
  const service = useService();
  useEffect(() => {
    document.title = `${children} · ${service}`;
  }, [children, service]);
  useEffect(() => {
    ref.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  return (
    <h1 tabIndex={-1} ref={ref}>
      {children}
    </h1>
  );
}

/**
 * How something stands. Said aloud by the one polite region when it changes under the reader (C30), or at once where it is
 * the answer to a press; a page that has just come is read from its heading anyway.
 */
export function Told({
  children,
  className,
  atOnce = false,
}: {
  readonly children: string;
  readonly className?: string;
  readonly atOnce?: boolean;
}): ReactNode {
  const said = useRef(atOnce ? '' : children);
  useEffect(() => {
    if (said.current === children) return;
    said.current = children;
    announce(children);
  }, [children]);
  return <p className={className}>{children}</p>;
}

/** Two ways of the same size, neither coloured: whoever decides is not pushed (C23, C25). */
export function Choices({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="choices">{children}</div>;
}

/** Copies and says so. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const { say } = useCommon();
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    announce(say('common.copied'));
  };
  return (
    <button type="button" className="button" onClick={() => void copy().catch(() => setDone(false))}>
      {done ? say('common.copied') : label}
    </button>
  );
}
