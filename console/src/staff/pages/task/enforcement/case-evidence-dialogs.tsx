import { useState, type ReactNode } from 'react';
import { ask } from '../../../../api/client.ts';
import { multipart } from '../../../../api/multipart.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { api } from '../../../api.ts';
import { ActDialog } from '../../../parts/act-dialog.tsx';
import { TextField } from '../../../parts/form-fields.tsx';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { changed, type ToolProps } from './case-tool.ts';

export function NoteDialog({ found, onClose }: ToolProps): ReactNode {
  const { say } = useSay();
  const draft = useDraft(useSession().id, `case-note:${found.id}`, { text: '' });
  const text = draft.value.text.trim();
  return (
    <ActDialog
      title={say('caseTool.add_note')}
      act={say('caseTool.add')}
      ready={text !== ''}
      send={async () => {
        await ask(
          api.POST('/v1/cases/{id}/evidence', {
            params: { path: { id: found.id } },
            body: { kind: 'note', content: { text } },
          }),
        );
        draft.clear();
      }}
      done={say('caseTool.added')}
      changes={changed(found)}
      onClose={onClose}
    >
      <TextField
        name="text"
        label={say('caseTool.text')}
        hint={say('caseTool.forGood')}
        value={draft.value.text}
        max={5000}
        rows={5}
        onChange={(next) => draft.set({ text: next })}
      />
    </ActDialog>
  );
}

export function FileDialog({ found, onClose }: ToolProps): ReactNode {
  const { say } = useSay();
  const [file, setFile] = useState<File | null>(null);
  return (
    <ActDialog
      title={say('caseTool.add_file')}
      act={say('caseTool.add')}
      ready={file !== null}
      send={async () => {
        if (file === null) return;
        const params = { path: { id: found.id } };
        await ask(api.POST('/v1/cases/{id}/evidence-files', { params, ...multipart(file) }));
      }}
      done={say('caseTool.added')}
      changes={changed(found)}
      onClose={onClose}
    >
      <div className="field">
        <label htmlFor="field-file">{say('caseTool.choose')}</label>
        <input
          id="field-file"
          type="file"
          accept="image/jpeg,image/png,image/webp,application/pdf"
          aria-describedby="field-file-hint"
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
        <p className="muted" id="field-file-hint">
          {say('caseTool.fileHint')} {say('caseTool.forGood')}
        </p>
      </div>
    </ActDialog>
  );
}
