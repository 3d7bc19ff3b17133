import { type ReactNode, useEffect, useState } from 'react';
import { isProblem } from '../api/problem.ts';
import { announce } from '../ui/live-region.tsx';
import { type Fault, faultsOf, wordsOf } from './faults.ts';
import { TextField } from './parts.tsx';
import { useCommon } from './texts.ts';

interface CodeProps {
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly faults: readonly Fault[];
  /** Masked, where we know it. */
  readonly to?: string;
  /** Absent where another code means to begin again. */
  readonly send?: () => Promise<{ readonly resendAfterSeconds: number }>;
  /** Already sent by an earlier step: the wait until another may be asked for. */
  readonly sent?: number;
  readonly label?: string;
  /** A refusal that is about another field of the form, such as the number that the code was to go to. */
  readonly elsewhere?: (fault: Fault) => void;
}

/** A one-time code: asked for by a press, typed or pasted, another one after the wait. Filled in by the phone where it can. */
export function CodeField({ value, onText, faults, to, send, sent, label, elsewhere }: CodeProps): ReactNode {
  const { say } = useCommon();
  const [wait, setWait] = useState(sent ?? 0);
  const [asked, setAsked] = useState(sent !== undefined || !send);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Fault>();
  useEffect(() => {
    if (wait <= 0) return undefined;
    const timer = setTimeout(() => setWait(wait - 1), 1_000);
    return () => clearTimeout(timer);
  }, [wait]);
  const ask = async (): Promise<void> => {
    if (!send) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      const { resendAfterSeconds } = await send();
      setAsked(true);
      setWait(resendAfterSeconds);
      announce(say('code.sent'));
      document.getElementById('code')?.focus();
    } catch (error) {
      const fault = faultsOf(error)[0];
      if (elsewhere && fault?.field !== undefined && fault.field !== 'code') return elsewhere(fault);
      setRefusal(fault);
      // One went out for something else a moment ago: how long it takes is shown, not guessed.
      if (isProblem(error, 'code_too_soon')) {
        setAsked(true);
        setWait(error.document.retryAfterSeconds ?? 1);
      }
    } finally {
      setBusy(false);
    }
  };
  const first = to === undefined ? say('code.send') : say('code.sendTo', { phone: to });
  return (
    <div className="code">
      {!asked && (
        <button type="button" className="button" disabled={busy} onClick={() => void ask()}>
          {first}
        </button>
      )}
      {refusal && (wait > 0 || refusal.code !== 'code_too_soon') && (
        <p className="fault" role="alert">
          {wordsOf(refusal)}
        </p>
      )}
      <TextField
        id="code"
        label={label ?? say('code.label')}
        hint={say('code.hint')}
        faults={faults}
        value={value}
        onText={(text) => onText(text.replace(/\D/g, '').slice(0, 6))}
        inputMode="numeric"
        autoComplete="one-time-code"
      />
      {asked && send && (
        <button type="button" className="quiet" disabled={busy || wait > 0} onClick={() => void ask()}>
          {wait > 0 ? say('code.againIn', { seconds: wait }) : say('code.again')}
        </button>
      )}
    </div>
  );
}
