import { type ReactNode, useEffect } from 'react';
import { useLocation } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { CodeField } from '../people/code-field.tsx';
import type { Fault } from '../people/faults.ts';
import { ErrorSummary, Told } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { Shown } from './parts.tsx';
import { api, mine } from './session.ts';
import { codeInHand, leaveFor, type Provider, useProviders, giveUpCode } from './third-party.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

type StepUp = Schemas['StepUpCodeDto']['purpose'];

interface OwnCodeProps {
  readonly purpose: StepUp;
  readonly value: string;
  readonly onText: (code: string) => void;
  readonly faults: readonly Fault[];
  readonly label?: string;
}

/**
 * Proof, once more, that the owner is here: a code to the number of the account, or, for an account that has none, a fresh
 * sign-in at the provider that it is linked with, which comes back with a code in hand.
 */
export function OwnCode({ purpose, value, onText, faults, label }: OwnCodeProps): ReactNode {
  const loaded = useLoad(async () => (await mine(() => api.GET('/v1/accounts/me'))).identifiers);
  return (
    <Shown loaded={loaded}>
      {(identifiers) => {
        const phone = identifiers.find((each) => each.kind === 'phone');
        if (phone === undefined) return <InHand {...{ purpose, value, onText, faults }} />;
        return (
          <CodeField
            value={value}
            onText={onText}
            faults={faults}
            to={phone.value}
            {...(label === undefined ? {} : { label })}
            send={() => mine(() => api.POST('/v1/accounts/me/step-up-codes', { body: { purpose } }))}
          />
        );
      }}
    </Shown>
  );
}

function InHand({ purpose, value, onText, faults }: OwnCodeProps): ReactNode {
  const { say } = useSay();
  const { pathname } = useLocation();
  const form = useForm({});
  const providers = useProviders('step_up');
  const links = useLoad(async () => (await mine(() => api.GET('/v1/accounts/me/third-party-links'))).items);
  const refused = faults.some((fault) => fault.field === 'code' && value !== '');
  useEffect(() => {
    const held = codeInHand(purpose);
    if (held === '') return;
    // It works once: whether it is taken or refused, it is not offered again.
    giveUpCode(purpose);
    onText(held);
  }, [purpose, onText]);
  const prove = (provider: Provider) => (): Promise<void> =>
    leaveFor({
      body: { provider: provider.id, purpose: 'step_up', stepUpFor: purpose },
      title: provider.title,
      back: pathname,
    });
  if (value !== '' && !refused)
    return (
      <div id="code" tabIndex={-1}>
        <Told atOnce>{say('inHand.done')}</Told>
      </div>
    );
  const usable = providers.filter((each) => links.value?.some((link) => link.provider === each.id));
  return (
    <div>
      <ErrorSummary form={form} />
      <p>{say('inHand.lead')}</p>
      <p className="row" id="code" tabIndex={-1}>
        {usable.map((each) => (
          <button
            key={each.id}
            type="button"
            className="button"
            disabled={form.busy}
            onClick={() => void form.submit(prove(each))}
          >
            {say('inHand.do', { title: each.title })}
          </button>
        ))}
      </p>
    </div>
  );
}
