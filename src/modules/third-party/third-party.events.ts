/** What this module tells. A link that comes or goes is the accounts' `account.identifier_changed`, kind `third_party`. */
export const THIRD_PARTY_EVENTS = {
  /** data: {provider, purpose} */
  flowStarted: 'third_party_flow.started',
  /** The provider vouched for somebody; who it is stands sealed. data: {provider, purpose} */
  flowAuthenticated: 'third_party_flow.authenticated',
  /** data: {provider, purpose, failure} */
  flowFailed: 'third_party_flow.failed',
  /** data: {provider, purpose} */
  flowCompleted: 'third_party_flow.completed',
} as const;
