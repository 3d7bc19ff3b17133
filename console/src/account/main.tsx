import { BrowserRouter } from 'react-router';
import { show } from '../people/frame.tsx';
import { AccountApp } from './account-app.tsx';
import { catalogs } from './texts.ts';

await show(
  <BrowserRouter basename="/account">
    <AccountApp />
  </BrowserRouter>,
  catalogs,
);
