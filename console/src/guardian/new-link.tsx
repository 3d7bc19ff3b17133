import { type ReactNode, useState } from 'react';
import { ask } from '../api/client.ts';
import { SendButton } from '../people/form.tsx';
import { ErrorSummary, Heading } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { api, path } from './api.ts';
import { useSay } from './texts.ts';

/** An old or superseded link is no dead end: a new one goes to the same number, never onto this screen. */
export function NewLink({ why }: { readonly why: 'expired' | 'invalid' }): ReactNode {
  const { say } = useSay();
  const form = useForm({});
  const [sent, setSent] = useState(false);
  const send = async (): Promise<void> => {
    await ask(api.POST('/v1/guardian-consents/{token}/link', { params: path }));
    setSent(true);
  };
  if (sent)
    return (
      <>
        <Heading key="sent">{say('link.sent')}</Heading>
        <p>{say('link.sentText')}</p>
      </>
    );
  return (
    <>
      <Heading key="old">{say(`${why}.title`)}</Heading>
      <ErrorSummary form={form} />
      <p>{say(`${why}.text`)}</p>
      <SendButton form={form} className="button main" send={send}>
        {say('link.do')}
      </SendButton>
      <p>
        <a href="/account/recover?about=guardian_number">{say('link.numberLost')}</a>
      </p>
    </>
  );
}
