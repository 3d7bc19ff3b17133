import { useRef } from 'react';
import { newKey } from '../api/client.ts';

/** The same key while the same thing is sent: pressed again after a lost answer, it is done once. */
export function useOnceKey(): (body: unknown) => string {
  const last = useRef({ text: '', key: '' });
  return (body) => {
    const text = JSON.stringify(body);
    if (last.current.text !== text) last.current = { text, key: newKey() };
    return last.current.key;
  };
}
