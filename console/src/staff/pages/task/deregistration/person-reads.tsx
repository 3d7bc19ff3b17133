import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { api } from '../../../api.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { useSay } from '../../../use-say.ts';

type Body = Schemas['DeregistrationDecisionDto'];

/** Exactly what they are sent and read, made by what sends and shows it (C7). */
export function PersonReads({
  id,
  reasonCode,
}: {
  readonly id: string;
  readonly reasonCode: Body['reasonCode'];
}): ReactNode {
  const { say } = useSay();
  const query = useQuery({
    queryKey: ['deregistration-preview', id, reasonCode],
    queryFn: () =>
      ask(
        api.POST('/v1/deregistrations/{id}/decision-previews', {
          params: { path: { id } },
          body: { decision: 'reject', reasonCode },
        }),
      ),
  });
  return (
    <Loaded query={query}>
      {({ notice, page }) => {
        const language = notice?.language === 'en' ? 'en' : 'zh';
        return (
          <div className="preview" data-testid="preview">
            <p className="muted">{say('decision.personReads')}</p>
            <p lang={language === 'en' ? 'en' : 'zh-CN'}>
              {page.reason?.[language]} {page.nextStep?.[language]}
            </p>
            <p className="muted">
              {notice === null
                ? say('preview.noNumber')
                : say('preview.sent', { to: notice.to, template: notice.template })}
            </p>
          </div>
        );
      }}
    </Loaded>
  );
}
