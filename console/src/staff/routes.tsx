import { createBrowserRouter } from 'react-router';
import { SignedInPage } from './session.tsx';
import { NotFoundPage, RouteErrorPage, Shell } from './shell.tsx';

/** Every page is its own chunk; only the shell is loaded first. */
export const router = createBrowserRouter(
  [
    { path: 'signed-in', Component: SignedInPage },
    {
      path: '/',
      Component: Shell,
      ErrorBoundary: RouteErrorPage,
      children: [
        { index: true, lazy: async () => ({ Component: (await import('./pages/queue/queue-page.tsx')).QueuePage }) },
        { path: 'tasks/:id', lazy: async () => ({ Component: (await import('./pages/task/task-page.tsx')).TaskPage }) },
        {
          path: 'accounts/:id',
          lazy: async () => ({ Component: (await import('./pages/accounts/account-page.tsx')).AccountPage }),
        },
        {
          path: 'deregistrations',
          lazy: async () => ({
            Component: (await import('./pages/deregistrations/deregistrations-page.tsx')).DeregistrationsPage,
          }),
        },
        {
          path: 'deregistrations/:id',
          lazy: async () => ({
            Component: (await import('./pages/deregistrations/deregistrations-page.tsx')).DeregistrationPage,
          }),
        },
        {
          path: 'retention',
          lazy: async () => ({ Component: (await import('./pages/retention/retention-page.tsx')).RetentionPage }),
        },
        {
          path: 'retention/:id',
          lazy: async () => ({ Component: (await import('./pages/retention/retention-page.tsx')).RetentionRunPage }),
        },
        { path: 'holds', lazy: async () => ({ Component: (await import('./pages/holds/holds-page.tsx')).HoldsPage }) },
        {
          path: 'webhooks',
          lazy: async () => ({ Component: (await import('./pages/webhooks/webhooks-page.tsx')).WebhooksPage }),
        },
        { path: 'audit', lazy: async () => ({ Component: (await import('./pages/audit/audit-page.tsx')).AuditPage }) },
        { path: 'lead', lazy: async () => ({ Component: (await import('./pages/lead/lead-page.tsx')).LeadPage }) },
        { path: '*', Component: NotFoundPage },
      ],
    },
  ],
  { basename: '/console' },
);
