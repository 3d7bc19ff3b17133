import { Button } from 'antd';
import type { ReactNode } from 'react';
import { alarm, announce } from '../../ui/live-region.tsx';
import { useSay } from '../use-say.ts';

/** Takes words along; says whether it did. */
export function CopyButton({ text, children }: { readonly text: string; readonly children: ReactNode }): ReactNode {
  const { say } = useSay();
  const copy = (): void =>
    void navigator.clipboard.writeText(text).then(
      () => announce(say('common.copied')),
      () => alarm(say('common.notCopied')),
    );
  return <Button onClick={copy}>{children}</Button>;
}
