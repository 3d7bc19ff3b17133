/** Where the guardian is on the way: asked, deciding, decided. Four screens at most from the link to the end. */
export type Step =
  'start' | 'approve' | 'refuse' | 'notMine' | 'limits' | 'revoke' | 'deregister' | 'withdraw' | 'accept' | 'number';

/** What was just done, where the page afterwards says more than the state of the consent. */
export type Outcome = 'notMine' | 'limits' | 'deregistration' | 'withdrawal' | 'accepted';
