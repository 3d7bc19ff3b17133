/** A person at a provider, and nothing else of what it says about them: no name, no address, no number (row 5). */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** What one flow carries to the provider and must find again in its answer. */
export interface FlowKeys {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface AskOptions {
  /** The person must sign in there now, however recently they did. */
  readonly fresh: boolean;
}

/** One third-party provider. */
export interface IdentityProviderPort {
  /** Where the browser goes. @throws ProviderFailure */
  authorizeUrl(keys: FlowKeys, options: AskOptions): Promise<string>;
  /** Who came back. @param answer the query of the callback @throws ProviderFailure */
  identify(answer: URLSearchParams, keys: FlowKeys, options: AskOptions): Promise<Identity>;
}

/** Why there is no identity: `denied` by the person, `invalid_answer` of the provider, `unreachable`. */
export type FailureCode = 'denied' | 'invalid_answer' | 'unreachable';

export class ProviderFailure extends Error {
  constructor(
    readonly code: FailureCode,
    options?: ErrorOptions,
  ) {
    super(`the provider's answer: ${code}`, options);
    this.name = 'ProviderFailure';
  }
}
