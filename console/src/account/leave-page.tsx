import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { onDay } from '../i18n/times.ts';
import { missing } from '../people/faults.ts';
import { CheckedForm, SendButton } from '../people/form.tsx';
import { inPeriod } from '../people/period.ts';
import { useOnceKey } from '../people/once-key.ts';
import { AreaField, CheckField, Choices, ErrorSummary, Heading } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { OwnCode } from './own-code.tsx';
import { readersIn } from './kept.tsx';
import { lawsIn } from './law.ts';
import { DataDownload } from './data-download.tsx';
import { inWords, Shown } from './parts.tsx';
import { api, mine } from './session.ts';
import { nameOf, useSay, wordFor } from './texts.ts';
import { rememberToken } from './application-link.ts';
import { useLoad } from './use-load.ts';

type Preview = Schemas['PreviewDto'];
type Planned = Schemas['PlannedClassDto'];

/** What goes, what stays and why, what stands in the way; then a code and two buttons of one size (C23). */
export function LeavePage(): ReactNode {
  const { say } = useSay();
  const loaded = useLoad(() => mine(() => api.GET('/v1/accounts/me/deregistration/preview')));
  return (
    <>
      <Heading>{say('leave.title')}</Heading>
      <Shown loaded={loaded}>{(preview) => <Leave preview={preview} again={loaded.reload} />}</Shown>
    </>
  );
}

function Leave({ preview, again }: { readonly preview: Preview; readonly again: () => void }): ReactNode {
  const { say, language } = useSay();
  const navigate = useNavigate();
  const keyOf = useOnceKey();
  const form = useForm({ code: '', reason: '', agreed: [] as readonly string[] });
  const { value, set, faults } = form;
  const send = async (): Promise<void> => {
    const reason = value.reason.trim();
    const agreed = preview.needsAgreement.filter((each) => value.agreed.includes(each.recordClass));
    const body = { code: value.code, agreed, ...(reason === '' ? {} : { reason }) };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    const applied = await mine(() => api.POST('/v1/accounts/me/deregistration', { params, body }));
    rememberToken(applied.id, applied.accessToken);
    await navigate(`/deregistrations/${applied.id}#${applied.accessToken}`, { replace: true });
  };
  return (
    <CheckedForm form={form} send={send} check={[value.code.length !== 6 && missing('code')]}>
      <p>
        {say('leave.lead', {
          period: inPeriod(preview.coolingOff, language),
          working: preview.decidedWithinWorkingDays,
        })}
      </p>
      {preview.obstacles.length > 0 && <Obstacles preview={preview} again={again} />}
      <Plan plan={preview.plan} />
      <DataDownload />
      {preview.mayApply && (
        <section className="card">
          <h2>{say('leave.confirmTitle')}</h2>
          <ErrorSummary form={form} />
          {preview.needsAgreement.length > 0 && (
            <fieldset>
              <legend>{say('leave.agree')}</legend>
              <p className="hint">{say('leave.agreeHint')}</p>
              {preview.needsAgreement.map(({ recordClass }) => (
                <CheckField
                  key={recordClass}
                  id={`keep-${recordClass}`}
                  checked={value.agreed.includes(recordClass)}
                  onCheck={(on) =>
                    set({ agreed: on ? [...value.agreed, recordClass] : value.agreed.filter((c) => c !== recordClass) })
                  }
                >
                  <Offered planned={preview.plan.classes.find((each) => each.recordClass === recordClass)} />
                </CheckField>
              ))}
            </fieldset>
          )}
          <AreaField
            id="reason"
            label={say('leave.reason')}
            optional
            rows={2}
            maxLength={1000}
            faults={faults}
            value={value.reason}
            onText={(reason) => set({ reason })}
          />
          <OwnCode purpose="deregistration" value={value.code} onText={(code) => set({ code })} faults={faults} />
          <p className="hint">{say('leave.confirmHint')}</p>
          <Choices>
            <SendButton form={form}>{say('leave.do')}</SendButton>
            <Link to="/">{say('leave.stay')}</Link>
          </Choices>
        </section>
      )}
      {!preview.mayApply && (
        <p>
          <Link className="button" to="/">
            {say('common.back')}
          </Link>
        </p>
      )}
    </CheckedForm>
  );
}

/** All that is agreed to, beside its box: what, why, for how long, for whom (YD/T 6221-2024, 10.2). */
function Offered({ planned }: { readonly planned: Planned | undefined }): ReactNode {
  const { say, language } = useSay();
  if (planned === undefined) return null;
  const { title, recordClass, reason, period, readers } = planned;
  return (
    <>
      {inWords(title, language) || recordClass}
      <div>{inWords(reason, language)}</div>
      {period !== null && <div>{say('leave.forPeriod', { period: inPeriod(period, language) })}</div>}
      {readers.length > 0 && (
        <div className="muted">{say('kept.readers', { readers: readersIn(say, language, readers) })}</div>
      )}
    </>
  );
}

/** What stands in the way with how to clear it, and apart from it what is only pointed out (DER-1). */
function Obstacles({
  preview: { obstacles, mayApply },
  again,
}: {
  readonly preview: Preview;
  readonly again: () => void;
}): ReactNode {
  const { say, language } = useSay();
  const listed = (blocking: boolean): ReactNode => {
    const some = obstacles.filter((each) => each.blocking === blocking);
    if (some.length === 0) return null;
    return (
      <>
        <h2>{say(blocking ? 'leave.obstacles' : 'leave.noted')}</h2>
        <ul>
          {some.map((each) => (
            <li key={`${each.participant} ${each.reference}`}>
              <strong>{wordFor(say, `obstacle.${each.kind}`, 'obstacle.other')}</strong>{' '}
              <span className="muted">{each.reference}</span>
              <div>{inWords(each.howToClear, language)}</div>
            </li>
          ))}
        </ul>
      </>
    );
  };
  return (
    <section className="card warn">
      {listed(true)}
      {listed(false)}
      {!mayApply && (
        <>
          <p>{say('leave.thenAgain')}</p>
          <button type="button" className="button" onClick={again}>
            {say('leave.again')}
          </button>
        </>
      )}
    </section>
  );
}

function Plan({ plan: { classes, participants } }: { readonly plan: Preview['plan'] }): ReactNode {
  const { say, language } = useSay();
  // What there is nothing of would only bury what there is; it is named at the end.
  const none = classes.filter((each) => each.count === 0 && each.holds.length === 0);
  const there = classes.filter((each) => !none.includes(each));
  const goes = there.filter((each) => each.disposition === 'erase' && each.holds.length === 0);
  const stays = there.filter((each) => !goes.includes(each));
  const until = ({ until: end, holds }: Planned): string => {
    if (end !== null) return say('leave.until', { day: onDay(end, language) });
    return say(holds.length > 0 ? 'leave.untilHold' : 'leave.untilReceipt');
  };
  const name = (each: Planned): string => inWords(each.title, language) || each.recordClass;
  const counted = (each: Planned): string => (each.count === null ? '' : say('leave.count', { count: each.count }));
  const basis = (each: Planned): string => lawsIn(say, language, each.basis?.references ?? []);
  return (
    <>
      <section className="card">
        <h2>{say('leave.goes')}</h2>
        <ul>
          {goes.map((each) => (
            <li key={each.recordClass}>
              {name(each)} <span className="muted">{counted(each)}</span>
            </li>
          ))}
          {participants.length > 0 && (
            <li>
              {say('leave.participants', {
                names: participants.map((each) => nameOf(say, each)).join(language === 'en' ? ', ' : '、'),
              })}
            </li>
          )}
        </ul>
      </section>
      {stays.length > 0 && (
        <section className="card">
          <h2>{say('leave.stays')}</h2>
          <ul className="plain">
            {stays.map((each) => (
              <li key={each.recordClass}>
                <strong>{name(each)}</strong> <span className="muted">{counted(each)}</span>
                <div>{until(each)}</div>
                {each.reason && <div>{inWords(each.reason, language)}</div>}
                {basis(each) !== '' && <div className="muted">{say('leave.basis', { basis: basis(each) })}</div>}
                {each.readers.length > 0 && (
                  <div className="muted">
                    {say('kept.readers', { readers: readersIn(say, language, each.readers) })}
                  </div>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {none.length > 0 && (
        <details>
          <summary>{say('leave.none')}</summary>
          <ul>
            {none.map((each) => (
              <li key={each.recordClass}>{name(each)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
