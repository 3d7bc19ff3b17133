import type { INestApplication } from '@nestjs/common';
import { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../platform/openapi/document.js';
import type { CliBoot } from './cli-boot.js';

/** `openapi [FILE]` writes the OpenAPI document of the running code; a test compares the committed file with it. */
export function openapiCommand(boot: CliBoot): Command {
  return new Command('openapi')
    .description('write the OpenAPI document to a file')
    .argument('[file]', 'where to', 'docs/openapi.json')
    .action(async (file: string) => {
      const app = (await boot()) as INestApplication;
      writeFileSync(file, `${JSON.stringify(openApiDocument(app), null, 2)}\n`);
      console.log(`wrote ${file}`);
    });
}
