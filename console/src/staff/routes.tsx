import { createBrowserRouter, type RouteObject } from 'react-router';
import type { ComponentType } from 'react';
import { addTexts, type Catalogs } from '../i18n/language.ts';
import { workTexts } from './catalogs.ts';
import { SignedInPage } from './session.tsx';
import { NotFoundPage, RouteErrorPage, Shell } from './shell.tsx';

type Page = Promise<ComponentType>;

/** Every page is its own chunk; only the shell is loaded first. Texts that the queue does not need come with it. */
const page = (path: string, load: () => Page, ...texts: (() => Promise<Catalogs>)[]): RouteObject => ({
  path,
  lazy: async () => {
    const [Component] = await Promise.all([load(), addTexts(workTexts), ...texts.map((each) => each().then(addTexts))]);
    return { Component };
  },
});

const afterwards = async (): Promise<Catalogs> => (await import('./pages/enforcement/texts.ts')).catalogs;
const operating = async (): Promise<Catalogs> => (await import('./pages/ops/texts.ts')).catalogs;
const history = async (): Promise<Catalogs> => (await import('./parts/event-name.ts')).eventTexts;
const accounts = async (): Promise<Catalogs> => (await import('./pages/accounts/texts.ts')).catalogs;
const leading = async (): Promise<Catalogs> => (await import('./pages/lead/texts.ts')).catalogs;

export const router = createBrowserRouter(
  [
    { path: 'signed-in', Component: SignedInPage },
    {
      path: '/',
      Component: Shell,
      ErrorBoundary: RouteErrorPage,
      HydrateFallback: () => null,
      children: [
        { index: true, lazy: async () => ({ Component: (await import('./pages/queue/queue-page.tsx')).QueuePage }) },
        page('tasks/:id', async () => (await import('./pages/task/task-page.tsx')).TaskPage, history),
        page(
          'accounts/:id',
          async () => (await import('./pages/accounts/account-page.tsx')).AccountPage,
          history,
          accounts,
          afterwards,
        ),
        page(
          'deregistrations',
          async () => (await import('./pages/deregistrations/deregistrations-page.tsx')).DeregistrationsPage,
        ),
        page(
          'deregistrations/for-deceased',
          async () => (await import('./pages/deregistrations/for-deceased-page.tsx')).ForDeceasedPage,
        ),
        page(
          'deregistrations/:id',
          async () => (await import('./pages/deregistrations/deregistrations-page.tsx')).DeregistrationPage,
          history,
        ),
        page('retention', async () => (await import('./pages/retention/retention-page.tsx')).RetentionPage, operating),
        page('retention/:id', async () => (await import('./pages/retention/run-page.tsx')).RetentionRunPage, operating),
        page('holds', async () => (await import('./pages/holds/holds-page.tsx')).HoldsPage, operating),
        page('webhooks', async () => (await import('./pages/webhooks/webhooks-page.tsx')).WebhooksPage, operating),
        page('audit', async () => (await import('./pages/audit/audit-page.tsx')).AuditPage, operating, history),
        page('lead', async () => (await import('./pages/lead/lead-page.tsx')).LeadPage, leading),
        page('orders', async () => (await import('./pages/enforcement/orders-page.tsx')).OrdersPage, afterwards),
        page(
          'orders/:id',
          async () => (await import('./pages/enforcement/order-page.tsx')).OrderPage,
          afterwards,
          history,
        ),
        page('cases', async () => (await import('./pages/enforcement/cases-page.tsx')).CasesPage, afterwards),
        page(
          'cases/:id',
          async () => (await import('./pages/enforcement/case-page.tsx')).CasePage,
          afterwards,
          history,
        ),
        page(
          'bulk-decisions',
          async () => (await import('./pages/enforcement/bulk-decisions-page.tsx')).BulkDecisionsPage,
          afterwards,
        ),
        page(
          'bulk-decisions/new',
          async () => (await import('./pages/enforcement/propose-bulk-page.tsx')).ProposeBulkPage,
          afterwards,
        ),
        page(
          'bulk-decisions/:id',
          async () => (await import('./pages/enforcement/bulk-page.tsx')).BulkPage,
          afterwards,
        ),
        page('misuse', async () => (await import('./pages/enforcement/misuse-page.tsx')).MisusePage, afterwards),
        page('removals', async () => (await import('./pages/enforcement/removals-page.tsx')).RemovalsPage, afterwards),
        page(
          'information',
          async () => (await import('./pages/enforcement/information-page.tsx')).InformationPage,
          afterwards,
        ),
        page(
          'announcements',
          async () => (await import('./pages/enforcement/announcements-page.tsx')).AnnouncementsPage,
          afterwards,
        ),
        page(
          'announcements/:id',
          async () => (await import('./pages/enforcement/announcement-page.tsx')).AnnouncementPage,
          afterwards,
        ),
        page(
          'referrals',
          async () => (await import('./pages/enforcement/referrals-page.tsx')).ReferralsPage,
          afterwards,
        ),
        page(
          'referrals/:id',
          async () => (await import('./pages/enforcement/referral-page.tsx')).ReferralPage,
          afterwards,
        ),
        page('claims', async () => (await import('./pages/enforcement/claims-page.tsx')).ClaimsPage, afterwards),
        page('claims/:id', async () => (await import('./pages/enforcement/claim-page.tsx')).ClaimPage, afterwards),
        page(
          'participants',
          async () => (await import('./pages/ops/participants-page.tsx')).ParticipantsPage,
          operating,
        ),
        page('events', async () => (await import('./pages/ops/events-page.tsx')).EventsPage, operating, history),
        page('rules', async () => (await import('./pages/ops/rules-page.tsx')).RulesPage, operating),
        page('policies', async () => (await import('./pages/ops/policies-page.tsx')).PoliciesPage, operating),
        { path: '*', Component: NotFoundPage },
      ],
    },
  ],
  { basename: '/console' },
);
