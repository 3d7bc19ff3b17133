import { useLocation } from 'react-router';

const keyOf = (id: string): string => `deregistration:${id}`;

/** For this tab alone, so that the page of an application reached from the account page has its link too. */
export const rememberToken = (id: string, token: string): void => sessionStorage.setItem(keyOf(id), token);

/** The secret of an application that was followed in this tab before. */
export const rememberedToken = (id: string): string | undefined => sessionStorage.getItem(keyOf(id)) ?? undefined;

/** The secret of the link. It stands in the fragment: no server and no log ever sees it. */
export function useToken(id: string | undefined): string | undefined {
  const { hash } = useLocation();
  if (hash.length > 1) return hash.slice(1);
  return id === undefined ? undefined : rememberedToken(id);
}

/** As the API names the header; the document lists it in both spellings. */
export const headersOf = (token: string): { 'receipt-token': string } => ({ 'receipt-token': token });
