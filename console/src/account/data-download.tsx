import type { ReactNode } from 'react';
import { SendButton } from '../people/form.tsx';
import { ErrorSummary } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { saveFile } from './save-file.ts';
import { api, mine } from './session.ts';
import { useSay } from './texts.ts';

/** Everything stored, before it goes: asked for with the token of the session, so a plain link would not do. */
export function DataDownload(): ReactNode {
  const { say } = useSay();
  const form = useForm({});
  const download = async (): Promise<void> => {
    const data: unknown = await mine(() => api.GET('/v1/accounts/me/deregistration/data'));
    saveFile('my-data.json', new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
  };
  return (
    <section className="card">
      <h2>{say('leave.dataTitle')}</h2>
      <p>{say('leave.dataLead')}</p>
      <ErrorSummary form={form} />
      <SendButton form={form} className="button" send={download}>
        {say('leave.data')}
      </SendButton>
    </section>
  );
}
