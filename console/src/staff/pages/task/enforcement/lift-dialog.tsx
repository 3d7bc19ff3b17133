import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState, type ReactNode } from 'react';
import { ask, newKey } from '../../../../api/client.ts';
import { Dialog } from '../../../../ui/dialog.tsx';
import { announce } from '../../../../ui/live-region.tsx';
import { api } from '../../../api.ts';
import { ProblemNote } from '../../../parts/problem-note.tsx';
import { useSay } from '../../../use-say.ts';

interface LiftDialogProps {
  readonly id: string;
  readonly accountId: string;
  readonly onClose: () => void;
}

/** The way back of a measure in effect: with a reason, and what it took comes back at once. */
export function LiftDialog({ id, accountId, onClose }: LiftDialogProps): ReactNode {
  const { say } = useSay();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [key] = useState(newKey);
  const lift = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/sanctions/{id}/lift', {
          params: { path: { id }, header: { 'Idempotency-Key': key } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: () => {
      announce(say('sanctions.lifted'));
      for (const name of ['sanctions', 'standing']) void client.invalidateQueries({ queryKey: [name, accountId] });
      onClose();
    },
  });
  return (
    <Dialog
      title={say('sanctions.lift')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say('common.cancel')}</Button>
          <Button type="primary" loading={lift.isPending} disabled={reason.trim() === ''} onClick={() => lift.mutate()}>
            {say('sanctions.lift')}
          </Button>
        </>
      }
    >
      <div className="field">
        <label htmlFor="lift-reason">{say('bulk.reason')}</label>
        <Input.TextArea id="lift-reason" rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
      </div>
      <ProblemNote error={lift.error} />
    </Dialog>
  );
}
