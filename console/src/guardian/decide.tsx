import type { ReactNode } from 'react';
import { ask, type Schemas } from '../api/client.ts';
import { AgreementLink } from '../people/agreement.tsx';
import { missing } from '../people/faults.ts';
import { CodeField } from '../people/code-field.tsx';
import { CheckedForm, SendOrBack } from '../people/form.tsx';
import { CheckField, ErrorSummary, Heading, SelectField, TextField } from '../people/parts.tsx';
import { RELATIONSHIPS } from '../people/relationships.ts';
import { useForm } from '../people/use-form.ts';
import { api, type Page, path, sendCode } from './api.ts';
import type { Outcome } from './steps.ts';
import { useSay } from './texts.ts';

interface StepProps {
  readonly settled: (page: Page, outcome?: Outcome) => void;
  readonly back: () => void;
}

type Decision = Schemas['GuardianDecisionDto'];
const decide = (body: Decision): Promise<Page> =>
  ask(api.POST('/v1/guardian-consents/{token}/decision', { params: path, body }));

export function Approve({ page, settled, back }: StepProps & { readonly page: Page }): ReactNode {
  const { say } = useSay();
  const form = useForm(
    { guardianName: '', relationship: page.relationship, code: '', agreed: false },
    { guardian_code_required: 'code' },
  );
  const { value, set, faults } = form;
  const send = async (): Promise<void> => {
    const { code, relationship } = value;
    settled(
      await decide({
        decision: 'granted',
        code,
        guardianName: value.guardianName.trim(),
        relationship: relationship as NonNullable<Decision['relationship']>,
      }),
    );
  };
  return (
    <CheckedForm
      form={form}
      send={send}
      check={[
        value.guardianName.trim() === '' && missing('guardianName'),
        !value.agreed && missing('agreed'),
        value.code.length !== 6 && missing('code'),
      ]}
    >
      <Heading>{say('approve.title')}</Heading>
      <ErrorSummary form={form} />
      <TextField
        id="guardianName"
        label={say('approve.name')}
        hint={say('approve.nameHint')}
        faults={faults}
        value={value.guardianName}
        onText={(guardianName) => set({ guardianName })}
        autoComplete="name"
        maxLength={60}
      />
      <SelectField
        id="relationship"
        label={say('relationship.you')}
        faults={faults}
        value={value.relationship}
        onText={(relationship) => set({ relationship })}
        options={RELATIONSHIPS.map((each) => ({ value: each, label: say(`relationship.${each}`) }))}
      />
      <div className="card">
        {page.agreements.map((each) => (
          <AgreementLink key={each.documentId} api={api} documentId={each.documentId} version={each.version} />
        ))}
        <CheckField id="agreed" faults={faults} checked={value.agreed} onCheck={(agreed) => set({ agreed })}>
          {say('approve.check')}
        </CheckField>
      </div>
      <CodeField
        value={value.code}
        onText={(code) => set({ code })}
        faults={faults}
        to={page.guardianPhone}
        send={sendCode}
      />
      <SendOrBack form={form} back={back} backWords={say('approve.back')}>
        {say('approve.do')}
      </SendOrBack>
    </CheckedForm>
  );
}

/** No code, no account, no questions: a stranger who got the link by mistake ends it with a press. */
export function Refuse({ notMyChild, settled, back }: StepProps & { readonly notMyChild: boolean }): ReactNode {
  const { say } = useSay();
  const form = useForm({});
  const send = async (): Promise<void> =>
    settled(
      await decide({ decision: 'refused', ...(notMyChild ? { notMyChild } : {}) }),
      notMyChild ? 'notMine' : undefined,
    );
  const kind = notMyChild ? 'notMine' : 'refuse';
  return (
    <>
      <Heading>{say(`${kind}.title`)}</Heading>
      <ErrorSummary form={form} />
      <p>{say(`${kind}.lead`)}</p>
      <SendOrBack form={form} send={send} back={back} backWords={say('common.back')}>
        {say(`${kind}.do`)}
      </SendOrBack>
    </>
  );
}
