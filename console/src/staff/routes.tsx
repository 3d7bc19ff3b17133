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
        { path: '*', Component: NotFoundPage },
      ],
    },
  ],
  { basename: '/console' },
);
