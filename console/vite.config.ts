import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { catalogs } from './build/catalogs.ts';

const page = (name: string): string => resolve(import.meta.dirname, `${name}.html`);

/**
 * Three entries that share nothing at first load but React: staff, account holders, guardians (a phone and a link).
 * All files are served below /console/static/assets with their hash in the name; the service serves the pages itself.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [catalogs(), react()],
  // The service replaces the word by a fresh nonce in every page that it sends (src/platform/pages/serve-pages.ts).
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Only what lies below `static` is served as it is; the pages get their nonce first.
    assetsDir: 'static/assets',
    assetsInlineLimit: 0,
    rolldownOptions: { input: { console: page('index'), account: page('account'), guardian: page('guardian') } },
  },
  server: {
    proxy: {
      '/v1': 'http://127.0.0.1:3000',
      '/console/session': 'http://127.0.0.1:3000',
      '/console/sign-in': 'http://127.0.0.1:3000',
      '/console/callback': 'http://127.0.0.1:3000',
      '/console/sign-out': 'http://127.0.0.1:3000',
    },
  },
});
