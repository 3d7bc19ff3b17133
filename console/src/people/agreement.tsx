import { type ReactNode, useEffect, useState } from 'react';
import { type Api, ask, type Schemas } from '../api/client.ts';
import { Dialog } from '../ui/dialog.tsx';
import { faultsOf, wordsOf } from './faults.ts';
import { useCommon } from './texts.ts';

interface AgreementProps {
  readonly api: Api;
  readonly documentId: string;
  readonly version: string;
  /** As the service calls it; until it is known, its id. */
  readonly title?: string;
}

/** A text of the platform in exactly the version named, opened over the page: nobody loses a form by reading. */
export function AgreementLink({ api, documentId, version, title }: AgreementProps): ReactNode {
  const { say } = useCommon();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState<Schemas['AgreementTextDto']>();
  const [wrong, setWrong] = useState('');
  const named = text?.title ?? title ?? documentId;
  useEffect(() => {
    // The title is wanted at once where nobody told it; the text is small enough to come with it.
    if (text !== undefined || (title !== undefined && !open)) return;
    ask(api.GET('/v1/agreements/{documentId}/versions/{version}', { params: { path: { documentId, version } } })).then(
      setText,
      (error: unknown) => setWrong(wordsOf(faultsOf(error)[0] ?? { code: 'unexpected' })),
    );
  }, [api, documentId, version, title, open, text]);
  return (
    <>
      <button type="button" className="quiet link" onClick={() => setOpen(true)}>
        {say('agreement.read', { title: named })} <small>{say('agreement.version', { version })}</small>
      </button>
      {open && (
        <Dialog
          wide
          title={named}
          onClose={() => setOpen(false)}
          actions={
            <button type="button" className="button" onClick={() => setOpen(false)}>
              {say('common.close')}
            </button>
          }
        >
          <p className="muted">
            {say('agreement.version', { version })} · {say('agreement.original')}
          </p>
          {text ? (
            <div className="agreement" lang={text.language} tabIndex={0} role="region" aria-label={named}>
              <Paragraphs text={text.text} />
            </div>
          ) : (
            <p>{wrong || say('common.loading')}</p>
          )}
        </Dialog>
      )}
    </>
  );
}

/** A clause's number at the start of a line makes it a heading; blank lines part paragraphs and are no larger for being many. */
const HEADING = /^(#+\s*)?\d+\.?\s+\S{1,24}$|^#+\s/;

function Paragraphs({ text }: { readonly text: string }): ReactNode {
  return text
    .split(/\n\s*\n/)
    .filter((each) => each.trim() !== '')
    .map((each, at) => (
      <p key={at} {...(HEADING.test(each.trim()) ? { className: 'strong' } : {})}>
        {each.replace(/^\n+|\s+$/g, '')}
      </p>
    ));
}
