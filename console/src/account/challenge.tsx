import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Schemas } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { Dialog } from '../ui/dialog.tsx';
import { solve as work } from './proof-of-work.ts';
import { useSay } from './texts.ts';

/** What a widget of the Turnstile form does; the script that brings it is named by the service, and so is its origin in our policy. */
interface Widget {
  render(
    box: HTMLElement,
    options: {
      readonly sitekey: string;
      readonly action: string;
      readonly cData: string;
      readonly language: string;
      readonly callback: (token: string) => void;
      readonly 'error-callback': () => void;
    },
  ): string;
  remove(id: string): void;
}

declare global {
  interface Window {
    turnstile?: Widget;
  }
}

interface HostedParameters {
  readonly siteKey: string;
  readonly action: string;
  readonly cdata: string;
  readonly script?: string;
}

interface Asked {
  readonly parameters: HostedParameters;
  readonly solved: (response: string) => void;
  readonly failed: (problem: Problem) => void;
}

const refusal = (code: string): Problem => new Problem({ status: 403, code, title: code });

/**
 * The safety check that a registration may be asked for (2.3(3)). Proof of work is done here and tells nobody; a hosted
 * widget is loaded only when the service says so, at the moment it is needed.
 * @returns `solve`, and the dialog to put on the page while somebody has to act
 */
export function useChallenge(): {
  readonly solve: (challenge: Schemas['ChallengeAnswer']) => Promise<string>;
  readonly dialog: ReactNode;
} {
  const [asked, setAsked] = useState<Asked>();
  const solve = ({ kind, parameters }: Schemas['ChallengeAnswer']): Promise<string> => {
    if (kind === 'proof_of_work') return work(parameters);
    const hosted = parameters as unknown as HostedParameters;
    if (hosted.script === undefined) return Promise.reject(refusal('hosted_challenge'));
    return new Promise<string>((solved, failed) => setAsked({ parameters: hosted, solved, failed })).finally(() =>
      setAsked(undefined),
    );
  };
  return { solve, dialog: asked && <HostedChallenge {...asked} /> };
}

function HostedChallenge({ parameters, solved, failed }: Asked): ReactNode {
  const { say, language } = useSay();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let shown: { readonly widget: Widget; readonly id: string } | undefined;
    let gone = false;
    load(parameters.script ?? '').then(
      (widget) => {
        if (gone || box.current === null) return;
        const id = widget.render(box.current, {
          sitekey: parameters.siteKey,
          action: parameters.action,
          cData: parameters.cdata,
          language,
          callback: solved,
          'error-callback': () => failed(refusal('challenge_failed')),
        });
        shown = { widget, id };
      },
      () => failed(refusal('challenge_unreachable')),
    );
    return () => {
      gone = true;
      shown?.widget.remove(shown.id);
    };
    // One widget for one challenge: a change of language must not throw a half-solved one away.
  }, [parameters]);
  return (
    <Dialog
      title={say('challenge.title')}
      onClose={() => failed(refusal('challenge_left'))}
      actions={
        <button type="button" className="button" onClick={() => failed(refusal('challenge_left'))}>
          {say('common.back')}
        </button>
      }
    >
      <p>{say('challenge.hosted')}</p>
      <div ref={box} className="challenge" />
    </Dialog>
  );
}

function load(script: string): Promise<Widget> {
  return new Promise((done, fail) => {
    const ready = (): void => (window.turnstile ? done(window.turnstile) : fail(new Error('no widget')));
    if (window.turnstile) return ready();
    const element = document.createElement('script');
    element.src = script;
    element.async = true;
    element.onload = ready;
    element.onerror = () => fail(new Error('script'));
    document.head.append(element);
  });
}
