import { Command, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { isDomainError } from '../kernel/domain-error.js';
import { startOfLegalDay } from '../kernel/period.js';
import { PublishAgreementService } from '../modules/agreements/publish-agreement.service.js';
import { ReadAgreementService } from '../modules/agreements/read-agreement.service.js';
import { Transactor } from '../platform/database/transactor.js';
import type { CliBoot } from './cli-boot.js';

interface PublishOptions {
  readonly document: string;
  readonly version: string;
  readonly file: string;
  readonly effectiveAt: string;
  readonly language: string;
  readonly policy: 'explicit' | 'continued_use';
  readonly summary?: string;
  readonly title?: string;
  readonly topic?: string[];
}

/** `agreements publish`, `agreements list`: the same use cases as over HTTP. */
export function agreementsCommand(boot: CliBoot): Command {
  const agreements = new Command('agreements').description('documents and their versions (preamble, 9.1)');
  agreements
    .command('publish')
    .description('publish a version; a published text never changes')
    .requiredOption('--document <id>', 'user_agreement, privacy_policy, …')
    .requiredOption('--version <version>', 'such as 2025-01-20')
    .requiredOption('--file <text>', 'markdown or plain text, UTF-8')
    .requiredOption('--effective-at <instant>', 'RFC 3339, or a day such as 2025-01-20')
    .option('--language <tag>', 'language of the text', 'zh-CN')
    .addOption(
      new Option('--policy <policy>', 'how it is agreed to').choices(['explicit', 'continued_use']).default('explicit'),
    )
    .option('--summary <text>', 'what changed; required for a revision')
    .option('--title <text>', 'the configured title by default')
    .option('--topic <topic...>', 'what it governs; everything by default')
    .action((options: PublishOptions) => publish(boot, options));
  agreements
    .command('list')
    .description('every document with its versions')
    .action(() => list(boot));
  return agreements;
}

async function publish(boot: CliBoot, options: PublishOptions): Promise<void> {
  const app = await boot();
  const draft = app.get(ReadAgreementService, { strict: false }).draftOf(options.document, {
    version: options.version,
    language: options.language,
    text: readFileSync(options.file, 'utf8'),
    effectiveAt: instantOf(options.effectiveAt),
    policy: options.policy,
    ...(options.summary === undefined ? {} : { changeSummary: options.summary }),
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(options.topic === undefined ? {} : { topics: options.topic }),
  });
  if (Number.isNaN(draft.effectiveAt.getTime()))
    throw new Error(`--effective-at is not an instant: ${options.effectiveAt}`);
  const publishing = app.get(PublishAgreementService, { strict: false });
  try {
    const made = await app
      .get(Transactor, { strict: false })
      .run((tx) => publishing.publish(tx, options.document, draft, { kind: 'system', id: 'cli' }));
    console.log(`${made.documentId} ${made.version} published, in effect from ${made.effectiveAt.toISOString()}`);
    console.log(`sha256 ${made.sha256}`);
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const reasons = (error.options.errors ?? []).map((e) => `\n  ${e.path}: ${e.en}`);
    throw new Error(`${error.definition.en}${reasons.join('')}`, { cause: error });
  }
}

async function list(boot: CliBoot): Promise<void> {
  const app = await boot();
  for (const { definition, versions, inEffect } of await app.get(ReadAgreementService, { strict: false }).overview()) {
    console.log(`${definition.id} (${definition.kind})`);
    for (const v of versions) {
      const mark = v.version === inEffect?.version ? ', in effect' : '';
      console.log(
        `  ${v.version} from ${v.effectiveAt.toISOString()} ${v.policy} sha256 ${v.sha256.slice(0, 16)}…${mark}`,
      );
    }
  }
}

/** A day begins where the agreement's law applies (8.1). */
const instantOf = (text: string): string =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) ? startOfLegalDay(text).toISOString() : text;
