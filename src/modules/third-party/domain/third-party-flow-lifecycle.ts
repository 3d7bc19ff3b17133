import { Lifecycle } from '../../../kernel/lifecycle.js';

export type FlowState = 'started' | 'redirected' | 'answered' | 'authenticated' | 'completed' | 'failed' | 'expired';
export type FlowCommand = 'redirect' | 'answer' | 'authenticate' | 'complete' | 'fail' | 'expire';

/**
 * One way to a provider and back (2.2). Each step is taken once: `answered` uses the state up before anybody is asked over
 * the network, so that a callback that comes twice finds nothing. What the flow is for happens with `complete` and nowhere
 * before, in the transaction that looks again whether it may (row 8).
 */
export const thirdPartyFlowLifecycle = new Lifecycle<FlowState, FlowCommand>(
  'third-party-flow',
  'started',
  ['completed', 'failed', 'expired'],
  {
    started: { redirect: 'redirected', expire: 'expired' },
    redirected: { answer: 'answered', expire: 'expired' },
    answered: { authenticate: 'authenticated', fail: 'failed', expire: 'expired' },
    authenticated: { complete: 'completed', expire: 'expired' },
    completed: {},
    failed: {},
    expired: {},
  },
);

/** The state at `now`: a flow whose time ran out is expired, also when no job has said so yet. */
export const flowStateAt = (flow: { state: FlowState; expiresAt: Date }, now: Date): FlowState =>
  !thirdPartyFlowLifecycle.isTerminal(flow.state) && flow.expiresAt <= now ? 'expired' : flow.state;
