import { i18n } from '@lingui/core';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../api/client.ts';
import { onDay } from '../i18n/times.ts';
import { moment } from '../people/moment.ts';
import { lawsIn } from './law.ts';
import { inWords, Shown } from './parts.tsx';
import { api } from './session.ts';
import { type TextId, useSay, wordFor, type Words } from './texts.ts';
import { headersOf } from './application-link.ts';
import { useLoad } from './use-load.ts';

type Kept = Schemas['KeptDto'];
type KeptClass = Schemas['KeptClassDto'];

export const loadKept = (id: string, token: string): Promise<Kept> =>
  ask(api.GET('/v1/deregistrations/{id}/kept', { params: { path: { id }, header: headersOf(token) } }));

/** Who may open it, in words; a role that is newer than this page keeps its name. */
export function readersIn(say: Words, language: string, roles: readonly string[]): string {
  const names = roles.map((role) => {
    const id = `reader.${role}`;
    return id in i18n.messages ? say(id as TextId) : role;
  });
  return names.join(language === 'en' ? ', ' : '、');
}

/** The closing page goes on telling what is still there, also when the receipt itself is gone (DER-4, DER-6). */
export function StillKept({ id, token }: { readonly id: string; readonly token: string }): ReactNode {
  const loaded = useLoad(() => loadKept(id, token), `${id} ${token}`);
  return <Shown loaded={loaded}>{(kept) => <KeptCard kept={kept} />}</Shown>;
}

/** Class by class: how it stands, why, until when, for whom; and what of the receipt is gone by now. */
export function KeptCard({ kept: { asOf, items } }: { readonly kept: Kept }): ReactNode {
  const { say, language } = useSay();
  const there = items.filter((each) => each.state !== 'destroyed');
  const gone = items.filter((each) => each.state === 'destroyed');
  return (
    <section className="card" data-testid="kept">
      <h2>{say('kept.title')}</h2>
      <p className="muted">{say('kept.asOf', { time: moment(asOf, language) })}</p>
      {there.length === 0 && <p>{say('kept.nothing')}</p>}
      <ul className="plain">
        {there.map((each) => (
          <Line key={`${each.recordClass} ${each.from}`} kept={each} />
        ))}
      </ul>
      {gone.length > 0 && (
        <>
          <h3>{say('kept.gone')}</h3>
          <ul className="plain">
            {gone.map((each) => (
              <Line key={`${each.recordClass} ${each.from}`} kept={each} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Line({ kept }: { readonly kept: KeptClass }): ReactNode {
  const { say, language } = useSay();
  const name = inWords(kept.title, language) || wordFor(say, `class.${kept.recordClass}`, 'class.other');
  const basis = kept.basis === null ? '' : lawsIn(say, language, kept.basis.references);
  const isThere = kept.state !== 'destroyed';
  return (
    <li data-state={kept.state}>
      <strong>{name}</strong>
      <div>{stateIn(say, language, kept)}</div>
      {isThere && kept.reason !== null && <div>{inWords(kept.reason, language)}</div>}
      {isThere && <div className="muted">{basis === '' ? say('kept.byHold') : say('leave.basis', { basis })}</div>}
      {isThere && kept.readers.length > 0 && (
        <div className="muted">{say('kept.readers', { readers: readersIn(say, language, kept.readers) })}</div>
      )}
    </li>
  );
}

function stateIn(say: Words, language: 'zh-CN' | 'en', { state, until, destroyedAt }: KeptClass): string {
  if (state === 'destroyed')
    return destroyedAt === null ? say('kept.wentThen') : say('kept.destroyed', { time: moment(destroyedAt, language) });
  const day = until === null ? '' : onDay(until, language);
  if (state === 'held') return day === '' ? say('kept.held') : say('kept.heldUntil', { day });
  if (state === 'expired') return day === '' ? say('kept.expiredNow') : say('kept.expired', { day });
  return say(`kept.${state}`, { day });
}
