import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { AnswerDialog } from '../../parts/answer-dialog.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { TextField } from '../../parts/form-fields.tsx';
import { useSay } from '../ops/texts.ts';

export type Endpoint = Schemas['WebhookEndpointDto'];
type Secret = Schemas['WebhookSecretDto'];
const LIST = ['webhook-endpoints'] as const;

interface OfEndpoint {
  readonly endpoint: Endpoint;
  readonly onClose: () => void;
}

interface SecretDialogProps {
  readonly title: string;
  readonly act: string;
  readonly ready: boolean;
  readonly send: (key: string) => Promise<Secret>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** An act whose answer is a secret: shown once, here, and never again. */
function SecretDialog({ children, ...act }: SecretDialogProps): ReactNode {
  const { say } = useSay();
  const client = useQueryClient();
  const onAnswer = (): void => {
    announce(say('webhooks.secretShown'));
    void client.invalidateQueries({ queryKey: LIST });
  };
  return (
    <AnswerDialog {...act} once onAnswer={onAnswer} answer={(made) => <SecretShown made={made} />}>
      {children}
    </AnswerDialog>
  );
}

function SecretShown({ made }: { readonly made: Secret }): ReactNode {
  const { say, language } = useSay();
  return (
    <>
      <p className="note warn">{say('webhooks.secretOnce')}</p>
      <p className="mono hash" data-testid="secret">
        {made.secret}
      </p>
      <p>
        <CopyButton text={made.secret}>{say('webhooks.copy')}</CopyButton>
      </p>
      {made.previousSecretUntil && (
        <p>{say('webhooks.bothUntil', { when: atTime(made.previousSecretUntil, language) })}</p>
      )}
    </>
  );
}

export function AddEndpoint({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const [url, setUrl] = useState('');
  const [types, setTypes] = useState('*');
  const [description, setDescription] = useState('');
  const eventTypes = types.split(/[\s,，、]+/).filter((each) => each !== '');
  return (
    <SecretDialog
      title={say('webhooks.add')}
      act={say('webhooks.add')}
      ready={url.trim() !== '' && eventTypes.length > 0}
      send={(key) =>
        ask(
          api.POST('/v1/webhook-endpoints', {
            params: { header: { 'Idempotency-Key': key } },
            body: {
              url: url.trim(),
              eventTypes,
              ...(description.trim() === '' ? {} : { description: description.trim() }),
            },
          }),
        )
      }
      onClose={onClose}
    >
      <TextField
        name="url"
        label={say('webhooks.address')}
        hint={say('webhooks.urlHint')}
        value={url}
        max={2000}
        mono
        onChange={setUrl}
      />
      <TextField
        name="eventTypes"
        label={say('webhooks.events')}
        hint={say('webhooks.typesHint')}
        value={types}
        max={2000}
        mono
        onChange={setTypes}
      />
      <TextField
        name="description"
        label={say('webhooks.description')}
        value={description}
        max={200}
        onChange={setDescription}
      />
    </SecretDialog>
  );
}

export function RotateSecret({ endpoint: e, onClose }: OfEndpoint): ReactNode {
  const { say } = useSay();
  return (
    <SecretDialog
      title={say('webhooks.rotate')}
      act={say('webhooks.rotate')}
      ready
      send={(key) =>
        ask(
          api.POST('/v1/webhook-endpoints/{id}/secret-rotations', {
            params: { path: { id: e.id }, header: { 'Idempotency-Key': key } },
          }),
        )
      }
      onClose={onClose}
    >
      <p className="mono hash">{e.url}</p>
      <p>{say('webhooks.rotateText')}</p>
    </SecretDialog>
  );
}

export function EndEndpoint({ endpoint: e, onClose }: OfEndpoint): ReactNode {
  const { say } = useSay();
  return (
    <ActDialog
      title={say('webhooks.end')}
      act={say('webhooks.end')}
      danger
      ready
      send={() => ask(api.DELETE('/v1/webhook-endpoints/{id}', { params: { path: { id: e.id } } }))}
      done={say('webhooks.ended')}
      changes={[LIST, ['webhook-deliveries']]}
      onClose={onClose}
    >
      <p className="mono hash">{e.url}</p>
      <p>{say('webhooks.endText')}</p>
    </ActDialog>
  );
}
