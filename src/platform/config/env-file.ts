import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import type { Environment } from './load-config.js';

/** What stands in `.env` counts where the environment itself says nothing; a test says everything itself. */
export function readEnvFile(env: Environment, file = '.env'): void {
  if (env['NODE_ENV'] !== 'test' && existsSync(file)) loadEnvFile(file);
}
