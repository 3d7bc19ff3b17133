import type { ReactNode } from 'react';
import type { Fault } from './faults.ts';
import { Choices } from './parts.tsx';
import type { Form } from './use-form.ts';
import { useCommon } from './texts.ts';

type Sending = Pick<Form<object>, 'busy' | 'submit'>;

/** A form that is checked here and not by the browser, so that its complaints stand in our words and language (C31). */
export function CheckedForm({
  form,
  send,
  check = [],
  className,
  children,
}: {
  readonly form: Sending;
  readonly send: () => Promise<void>;
  /** What is missing or wrong before anything is sent; `false` for each field that is fine. */
  readonly check?: readonly (Fault | false)[];
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <form
      className={className}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit(send, check);
      }}
    >
      {children}
    </form>
  );
}

/** Sends the form around it, or on its own where it is given what to send; says that it is working meanwhile. */
export function SendButton({
  form,
  send,
  className,
  children,
}: {
  readonly form: Sending;
  readonly send?: () => Promise<void>;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  const { say } = useCommon();
  return (
    <button
      type={send ? 'button' : 'submit'}
      className={className}
      disabled={form.busy}
      {...(send ? { onClick: () => void form.submit(send) } : {})}
    >
      {form.busy ? say('common.working') : children}
    </button>
  );
}

/** Sending, or leaving everything as it is: two buttons of the same weight. */
export function SendOrBack({
  back,
  backWords,
  ...send
}: Parameters<typeof SendButton>[0] & { readonly back: () => void; readonly backWords: string }): ReactNode {
  return (
    <Choices>
      <SendButton {...send} />
      <button type="button" onClick={back}>
        {backWords}
      </button>
    </Choices>
  );
}
