import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from 'react';
import { ask } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { faultsOf, wordsOf } from '../people/faults.ts';
import { Frame } from '../people/frame.tsx';
import { type Applied, api, type Page, path } from './api.ts';
import { Ask } from './ask.tsx';
import { Approve, Refuse } from './decide.tsx';
import { Standing } from './manage.tsx';
import { NewLink } from './new-link.tsx';
import type { Outcome, Step } from './steps.ts';
import { catalogs, useSay } from './texts.ts';

/** Nobody needs these to decide: form and words come when they are asked for, and the first page is small on a phone. */
const later = <P extends object>(form: () => Promise<(props: P) => ReactNode>) =>
  lazy(async () => {
    const words = import('./acts-texts.ts').then(({ actTexts }) => actTexts());
    const [loaded] = await Promise.all([form(), words]);
    return { default: loaded };
  });
const Limits = later(async () => (await import('./acts.tsx')).Limits);
const WithCode = later(async () => (await import('./acts.tsx')).WithCode);
const MoveNumber = later(async () => (await import('./number.tsx')).MoveNumber);

type Loaded = { page: Page } | { link: 'expired' | 'invalid' } | { error: unknown };

export function GuardianApp(): ReactNode {
  const { say } = useSay();
  const [loaded, setLoaded] = useState<Loaded>();
  const [step, setStep] = useState<Step>('start');
  const [outcome, setOutcome] = useState<Outcome>();
  const [applied, setApplied] = useState<Applied>();
  const load = useCallback(() => {
    ask(api.GET('/v1/guardian-consents/{token}', { params: path })).then(
      (page) => setLoaded({ page }),
      (error: unknown) =>
        setLoaded(
          isProblem(error, 'guardian_link_expired')
            ? { link: 'expired' }
            : isProblem(error, 'guardian_link_invalid', 'not_found')
              ? { link: 'invalid' }
              : { error },
        ),
    );
  }, []);
  useEffect(load, [load]);
  const back = (): void => setStep('start');
  const settled = (page: Page, what?: Outcome, made?: Applied): void => {
    setLoaded({ page });
    if (made !== undefined) setApplied(made);
    setOutcome(what);
    setStep('start');
  };

  const content = (): ReactNode => {
    if (loaded === undefined) return <p className="muted">{say('common.loading')}</p>;
    if ('link' in loaded) return <NewLink why={loaded.link} />;
    if ('error' in loaded)
      return (
        <div className="card bad" role="alert">
          <p>{wordsOf(faultsOf(loaded.error)[0] ?? { code: 'unexpected' })}</p>
          <button type="button" className="button" onClick={load}>
            {say('common.retry')}
          </button>
        </div>
      );
    const { page } = loaded;
    if (step === 'approve') return <Approve page={page} settled={settled} back={back} />;
    if (step === 'refuse' || step === 'notMine')
      return <Refuse key={step} notMyChild={step === 'notMine'} settled={settled} back={back} />;
    if (step === 'limits') return <Limits page={page} settled={settled} back={back} />;
    if (step === 'revoke' || step === 'deregister' || step === 'withdraw' || step === 'accept')
      return <WithCode key={step} what={step} page={page} settled={settled} back={back} />;
    if (step === 'number') return <MoveNumber page={page} back={back} />;
    if (page.actions.includes('decide') && outcome === undefined) return <Ask page={page} go={setStep} />;
    return <Standing key={page.state + (outcome ?? '')} page={page} outcome={outcome} applied={applied} go={setStep} />;
  };

  return (
    <Frame title={say('app.title')} catalogs={catalogs}>
      <Suspense fallback={<p className="muted">{say('common.loading')}</p>}>{content()}</Suspense>
    </Frame>
  );
}
