import { Input } from 'antd';
import { Fragment, useId, type ReactNode } from 'react';
import { useSay } from '../../../use-say.ts';
import './letter.css';
import { type LetterPart, type Piece, piecesOf, type Place } from './pieces.ts';

/** A place of a letter, as a field of a form. */
export interface LetterField extends Place {
  /** The end of its id: what the service finds wrong with it links here. */
  readonly id: string;
  readonly label: string;
  readonly max: number;
  readonly set: (text: string) => void;
  readonly required?: boolean;
  /** What helps to write it. */
  readonly tool?: ReactNode;
}

/** A letter as the service renders it. */
export interface Notice {
  readonly language: string;
  /** None: it is words and nothing else. */
  readonly title?: string;
  readonly parts: readonly LetterPart[];
}

interface LetterProps {
  /** Undefined until the service has answered, or while it cannot: then the fields alone, with their names. */
  readonly notice: Notice | undefined;
  readonly fields: readonly LetterField[];
  /** When or how it reaches the person, where that is not at once and as it is. */
  readonly children?: ReactNode;
}

/**
 * What the person will get, word for word as the service renders it, and the moderator writes inside it (C7). What is fixed
 * may change around a field; the field itself stays, with its caret and whatever an input method has begun in it.
 */
export function Letter({ notice, fields, children }: LetterProps): ReactNode {
  const { say } = useSay();
  const heading = useId();
  const lang = notice?.language;
  return (
    <section className="letter" aria-labelledby={heading} data-testid="notice">
      <p className="muted" id={heading}>
        {say('decision.personReads')}
        {lang && ` · ${say(lang === 'en' ? 'letter.inEnglish' : 'letter.inChinese')}`}
      </p>
      {children}
      {notice?.title && (
        <p lang={lang}>
          <strong>{notice.title}</strong>
        </p>
      )}
      <div className="letter-text" lang={lang}>
        {piecesOf(notice?.parts ?? [], fields).map((piece) =>
          piece.kind === 'fixed' ? (
            <span key={piece.key} data-part>
              {piece.text}
            </span>
          ) : (
            <Written key={piece.key} piece={piece} />
          ),
        )}
      </div>
    </section>
  );
}

type Fielded = Extract<Piece<LetterField>, { kind: 'place' }>;

/** A line that is not there while nothing is written in it is shown as what it would be. */
function Written({ piece: { place, before, after, bare } }: { readonly piece: Fielded }): ReactNode {
  const absent = place.value.trim() === '';
  const around = (text: string): ReactNode =>
    text === '' ? null : absent ? <span className="muted">{text}</span> : <span data-part>{text}</span>;
  const id = `field-${place.id}`;
  return (
    <Fragment>
      {around(before)}
      <span className="letter-field">
        <label htmlFor={id} className={bare ? 'letter-name' : 'visually-hidden'}>
          {place.label}
        </label>
        <Input.TextArea
          id={id}
          rows={3}
          maxLength={place.max}
          required={place.required ?? false}
          placeholder={bare ? undefined : place.label}
          value={place.value}
          onChange={(event) => place.set(event.target.value)}
        />
        {place.tool}
      </span>
      {around(after)}
    </Fragment>
  );
}
