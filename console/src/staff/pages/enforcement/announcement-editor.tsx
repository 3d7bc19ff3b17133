import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../api/client.ts';
import { isProblem } from '../../../api/problem.ts';
import { atTime } from '../../../i18n/times.ts';
import { useDraft } from '../../../ui/drafts.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { instantOf, localOf, TextField } from '../../parts/form-fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSession } from '../../session.tsx';
import { type AnnouncementFile, fileKey } from './announcement-file.ts';
import { useSay } from './texts.ts';

type As = Schemas['AnnouncementPreviewRequestDto']['as'];

/** The draft while nobody has read it; afterwards a correction that stands above it. Kept on this device until sent. */
export function Editor({ file: a }: { readonly file: AnnouncementFile }): ReactNode {
  const { say, language } = useSay();
  const client = useQueryClient();
  const as: As | null = a.actions.includes('redraft') ? 'draft' : a.actions.includes('correct') ? 'correction' : null;
  const first =
    as === 'draft'
      ? { textZh: a.textZh, textEn: a.textEn }
      : { textZh: a.correctionZh ?? '', textEn: a.correctionEn ?? '' };
  const draft = useDraft(useSession().id, `announcement:${a.id}:${as}`, { ...first, due: localOf(a.publishAt) });
  const { textZh, textEn, due } = draft.value;
  const body = { textZh: textZh.trim(), textEn: textEn.trim() };
  const ready = body.textZh !== '' && body.textEn !== '';
  const save = useMutation({
    mutationFn: (): Promise<unknown> => {
      const params = { path: { id: a.id }, header: { 'If-Match': String(a.version) } };
      return as === 'draft'
        ? ask(api.PATCH('/v1/announcement-files/{id}', { params, body: { ...body, publishAt: instantOf(due) } }))
        : ask(api.POST('/v1/announcements/{id}/correction', { params, body }));
    },
    onSuccess: () => {
      draft.clear();
      announce(say('announcements.saved'));
      void client.invalidateQueries({ queryKey: ['announcement-files'] });
      return client.invalidateQueries({ queryKey: fileKey(a.id) });
    },
    // A colleague was faster: their text is shown beside mine, which stays as it is.
    onError: (error) => isProblem(error, 'stale_version') && client.invalidateQueries({ queryKey: fileKey(a.id) }),
  });
  const standing = [
    ...(a.correctionZh === null ? [] : [language === 'en' ? a.correctionEn : a.correctionZh]),
    language === 'en' ? a.textEn : a.textZh,
  ];
  return (
    <div className="stack">
      <section className="card" aria-label={say('announcements.standing')}>
        <h2>{say('announcements.standing')}</h2>
        {standing.map((line) => (
          <p className="quote" key={line}>
            {line}
          </p>
        ))}
      </section>
      {as !== null && (
        <section className="card" aria-label={say(`announcements.${as}`)}>
          <h2>{say(`announcements.${as}`)}</h2>
          <ProblemNote error={save.error} />
          <TextField
            name="textZh"
            label={say('announcements.zh')}
            value={textZh}
            max={2000}
            rows={4}
            onChange={(value) => draft.set({ textZh: value })}
          />
          <TextField
            name="textEn"
            label={say('announcements.en')}
            value={textEn}
            max={2000}
            rows={4}
            onChange={(value) => draft.set({ textEn: value })}
          />
          {as === 'draft' && (
            <TextField
              name="publishAt"
              label={say('announcements.publishAt')}
              hint={say('announcements.embargoHint')}
              type="datetime-local"
              value={due}
              max={16}
              onChange={(value) => draft.set({ due: value })}
            />
          )}
          <div className="row">
            <Button type="primary" disabled={!ready} loading={save.isPending} onClick={() => save.mutate()}>
              {say(as === 'draft' ? 'announcements.save' : 'announcements.correct')}
            </Button>
            <span className="muted">
              {draft.savedAt ? say('draft.saved', { when: atTime(draft.savedAt, language) }) : say('draft.none')}
            </span>
          </div>
          {ready && <Preview id={a.id} as={as} body={body} />}
        </section>
      )}
    </div>
  );
}

const SETTLED_MS = 400;

/** Rendered by the service, so that what is shown is what the public reads (C7). */
function Preview({
  id,
  as,
  body,
}: {
  readonly id: string;
  readonly as: As;
  readonly body: { readonly textZh: string; readonly textEn: string };
}): ReactNode {
  const { say } = useSay();
  const [settled, setSettled] = useState(body);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(body), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [body.textZh, body.textEn]);
  const preview = useQuery({
    queryKey: ['announcement-preview', id, as, settled.textZh, settled.textEn],
    queryFn: () =>
      ask(api.POST('/v1/announcement-files/{id}/previews', { params: { path: { id } }, body: { as, ...settled } })),
    placeholderData: (before) => before,
  });
  return (
    <Loaded query={preview}>
      {({ zh, en, naming }) => (
        <div className="stack" data-testid="preview">
          {naming.length > 0 && (
            <div className="note bad" data-testid="naming">
              <p>
                <strong>{say('announcements.naming')}</strong>
              </p>
              <ul className="tight">
                {naming.map((each) => (
                  <li key={each.code + each.text}>
                    {wordOf(say, 'naming', each.code)} · <span className="mono">{each.text}</span>
                  </li>
                ))}
              </ul>
            </div>
          )}
          <h3>{say('announcements.preview')}</h3>
          {[
            { lang: 'zh-CN', lines: zh },
            { lang: 'en', lines: en },
          ].map(({ lang, lines }) => (
            <blockquote className="quote" lang={lang} key={lang}>
              {lines.join('\n')}
            </blockquote>
          ))}
        </div>
      )}
    </Loaded>
  );
}
