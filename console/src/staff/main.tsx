import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { preferredLanguage, speak } from '../i18n/language.ts';
import { queries } from './api.ts';
import { catalogs } from './catalogs.ts';
import { Look } from './look.tsx';
import { router } from './routes.tsx';
import { sessionQuery } from './session.tsx';
import './staff.css';

const root = document.getElementById('root');
if (!root) throw new Error('no root element');
void queries.prefetchQuery(sessionQuery);
await speak(preferredLanguage(), catalogs);
createRoot(root).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queries}>
        <Look>
          <RouterProvider router={router} />
        </Look>
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
