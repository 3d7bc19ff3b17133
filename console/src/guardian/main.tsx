import { show } from '../people/frame.tsx';
import { GuardianApp } from './guardian-app.tsx';
import { catalogs } from './texts.ts';

await show(<GuardianApp />, catalogs);
