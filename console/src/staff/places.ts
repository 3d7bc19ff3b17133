import { hasRole, type Session, type StaffRole } from './session.tsx';
import type { TextId } from './use-say.ts';

export interface Place {
  readonly to: string;
  readonly label: TextId;
  readonly roles: readonly StaffRole[];
  /** A page of the service that is not of this console: opens beside it. */
  readonly beside?: true;
}

export interface Group {
  readonly label: TextId;
  readonly places: readonly Place[];
}

const READERS: readonly StaffRole[] = ['moderator', 'senior_moderator', 'legal', 'auditor'];
const LEGAL: readonly StaffRole[] = ['legal', 'auditor'];
const DECIDERS: readonly StaffRole[] = ['senior_moderator', 'legal', 'auditor'];

/**
 * Where each role works, by what the work is about. The service refuses what is not theirs anyway; a door that will not
 * open is not shown, and a group with one door is that door.
 */
const GROUPS: readonly Group[] = [
  {
    label: 'nav.queue',
    places: [
      { to: '/', label: 'nav.queue', roles: ['moderator', 'senior_moderator', 'legal', 'admin', 'ops', 'auditor'] },
    ],
  },
  {
    label: 'nav.enforcement',
    places: [
      { to: '/cases', label: 'nav.cases', roles: READERS },
      { to: '/bulk-decisions', label: 'nav.bulk', roles: READERS },
      { to: '/orders', label: 'nav.orders', roles: READERS },
      { to: '/misuse', label: 'nav.misuse', roles: READERS },
      { to: '/removals', label: 'nav.removals', roles: [...READERS, 'ops'] },
      { to: '/information', label: 'nav.information', roles: READERS },
      { to: '/announcements', label: 'nav.announcements', roles: DECIDERS },
      { to: '/referrals', label: 'nav.referrals', roles: DECIDERS },
      { to: '/claims', label: 'nav.claims', roles: LEGAL },
    ],
  },
  {
    label: 'nav.leaving',
    places: [
      { to: '/deregistrations', label: 'nav.deregistrations', roles: [...READERS, 'ops'] },
      { to: '/participants', label: 'nav.participants', roles: ['ops', ...DECIDERS, 'admin'] },
      { to: '/retention', label: 'nav.retention', roles: ['ops', ...LEGAL, 'admin'] },
      { to: '/policies', label: 'nav.policies', roles: ['ops', ...LEGAL, 'admin'] },
      { to: '/holds', label: 'nav.holds', roles: ['ops', ...DECIDERS] },
    ],
  },
  {
    label: 'nav.system',
    places: [
      { to: '/events', label: 'nav.events', roles: ['ops', 'admin'] },
      { to: '/webhooks', label: 'nav.webhooks', roles: ['ops', 'admin', 'auditor'] },
      { to: '/rules', label: 'nav.rules', roles: ['ops', 'admin', 'auditor', 'senior_moderator'] },
      { to: '/ops/queues', label: 'nav.jobs', roles: ['ops', 'admin'], beside: true },
      { to: '/audit', label: 'nav.audit', roles: ['auditor'] },
    ],
  },
  {
    label: 'nav.lead',
    places: [{ to: '/lead', label: 'nav.lead', roles: [...DECIDERS, 'admin'] }],
  },
];

export const groupsOf = (session: Session): readonly Group[] =>
  GROUPS.map(({ label, places }) => ({
    label,
    places: places.filter(({ roles }) => hasRole(session, ...roles)),
  })).filter(({ places }) => places.length > 0);

export const placesOf = (session: Session): readonly Place[] => groupsOf(session).flatMap(({ places }) => places);
