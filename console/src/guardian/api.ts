import { ask, createApi, type Schemas } from '../api/client.ts';

export type Page = Schemas['GuardianPageDto'];
/** A deregistration that was just applied for, with the secret of its link; said once. */
export type Applied = Schemas['WardLeavingAppliedDto'];
export const api = createApi(() => ({}));

/** The secret of the link. It stands in the path, as in the message; nothing of this page is ever loaded from elsewhere. */
export const token = decodeURIComponent(location.pathname.split('/')[3] ?? '');
export const path = { path: { token } };

/** A code to the guardian's own number: what proves that it is the guardian who presses. */
export const sendCode = (): Promise<Schemas['GuardianCodeSentDto']> =>
  ask(api.POST('/v1/guardian-consents/{token}/codes', { params: path }));
