import { type ReactNode, useState } from 'react';
import { Link, useLocation } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { missing } from '../people/faults.ts';
import { CheckedForm, SendOrBack } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { ErrorSummary, Heading } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { announce } from '../ui/live-region.tsx';
import { OwnCode } from './own-code.tsx';
import { Shown } from './parts.tsx';
import { api, mine } from './session.ts';
import { leaveFor, type Provider, useProviders } from './third-party.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

type LinkAnswer = Schemas['LinkAnswer'];

/** Third-party accounts that open this one (2.2, 2.3(1)): linked and unlinked with a code, since either opens a door. */
export function LinksPage(): ReactNode {
  const { say } = useSay();
  const [doing, setDoing] = useState<{ readonly link: Provider } | { readonly unlink: LinkAnswer }>();
  const loaded = useLoad(async () => (await mine(() => api.GET('/v1/accounts/me/third-party-links'))).items);
  const providers = useProviders('link');
  const back = (): void => setDoing(undefined);
  if (doing && 'link' in doing) return <LinkOne provider={doing.link} back={back} />;
  if (doing)
    return (
      <Unlink
        link={doing.unlink}
        back={back}
        done={() => {
          back();
          loaded.reload();
        }}
      />
    );
  return (
    <>
      <Heading key="list">{say('links.title')}</Heading>
      <JustLinked />
      <p>{say('links.lead')}</p>
      <Shown loaded={loaded}>
        {(links) => {
          const free = providers.filter((each) => !links.some((link) => link.provider === each.id));
          return (
            <>
              {links.length === 0 && <p className="muted">{say('links.none')}</p>}
              {links.length > 0 && (
                <ul className="plain card">
                  {links.map((link) => (
                    <Linked key={link.id} link={link} unlink={() => setDoing({ unlink: link })} />
                  ))}
                </ul>
              )}
              <p className="row">
                {free.map((each) => (
                  <button key={each.id} type="button" className="button" onClick={() => setDoing({ link: each })}>
                    {say('links.link', { title: each.title })}
                  </button>
                ))}
              </p>
            </>
          );
        }}
      </Shown>
      <p>
        <Link className="quiet link" to="/security">
          {say('security.title')}
        </Link>
      </p>
    </>
  );
}

/** It is linked and does not open the account yet: the number hears of it first. */
function JustLinked(): ReactNode {
  const { say, language } = useSay();
  const { linked, signInFrom } = (useLocation().state ?? {}) as { linked?: string; signInFrom?: string };
  if (linked === undefined || signInFrom === undefined) return null;
  return (
    <section className="card good">
      <p>{say('links.linked', { title: linked })}</p>
      <p>{say('flow.signInFrom', { time: moment(signInFrom, language) })}</p>
    </section>
  );
}

function Linked({ link, unlink }: { readonly link: LinkAnswer; readonly unlink: () => void }): ReactNode {
  const { say, language } = useSay();
  const title = link.title ?? say('links.gone');
  return (
    <li>
      <strong>{title}</strong>
      <div className="muted">
        {say('links.since', { time: moment(link.since, language) })}
        {!link.usable && ` · ${say('links.off')}`}
      </div>
      <button type="button" className="button" onClick={unlink}>
        {say('links.unlink', { title })}
      </button>
    </li>
  );
}

interface StepProps {
  readonly back: () => void;
}

/** The code first: a stolen session links nothing. */
function LinkOne({ provider, back }: StepProps & { readonly provider: Provider }): ReactNode {
  const { say } = useSay();
  const form = useForm({ code: '' });
  const { code } = form.value;
  const go = (): Promise<void> =>
    leaveFor({
      body: { provider: provider.id, purpose: 'link', code },
      title: provider.title,
      back: '/security/links',
    });
  return (
    <CheckedForm form={form} send={go} check={[code.length !== 6 && missing('code')]}>
      <Heading key="link">{say('links.link', { title: provider.title })}</Heading>
      <p>{say('links.linkLead', { title: provider.title })}</p>
      <ErrorSummary form={form} />
      <OwnCode
        purpose="identifier_change"
        value={code}
        onText={(text) => form.set({ code: text })}
        faults={form.faults}
      />
      <SendOrBack form={form} back={back} backWords={say('common.back')}>
        {say('links.go', { title: provider.title })}
      </SendOrBack>
    </CheckedForm>
  );
}

function Unlink({ link, back, done }: StepProps & { readonly link: LinkAnswer; readonly done: () => void }): ReactNode {
  const { say } = useSay();
  const form = useForm({ code: '' });
  const { code } = form.value;
  const title = link.title ?? say('links.gone');
  const send = async (): Promise<void> => {
    const params = { path: { id: link.id } };
    await mine(() => api.DELETE('/v1/accounts/me/third-party-links/{id}', { params, body: { code } }));
    announce(say('links.unlinked', { title }));
    done();
  };
  return (
    <CheckedForm form={form} send={send} check={[code.length !== 6 && missing('code')]}>
      <Heading key="unlink">{say('links.unlink', { title })}</Heading>
      <p>{say('links.unlinkLead')}</p>
      <ErrorSummary form={form} />
      <OwnCode
        purpose="identifier_change"
        value={code}
        onText={(text) => form.set({ code: text })}
        faults={form.faults}
      />
      <SendOrBack form={form} back={back} backWords={say('common.back')}>
        {say('links.doUnlink')}
      </SendOrBack>
    </CheckedForm>
  );
}
