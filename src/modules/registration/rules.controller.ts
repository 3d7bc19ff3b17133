import { Body, Controller, Get, Post } from '@nestjs/common';
import { parse, YAMLParseError } from 'yaml';
import { DomainError } from '../../kernel/domain-error.js';
import { type CallerSpec, Operation } from '../../platform/http/operation.js';
import type { Outcome } from './domain/policy.js';
import type { ReplayResult } from './domain/replay.js';
import { PolicyUnreadable, ReplayRulesService } from './replay-rules.service.js';
import { REGISTRATION_ERRORS as E } from './registration.errors.js';
import { ReplayDto, ReplayRequestDto, RuleVersionsDto } from './rules.dto.js';
import { RulesService } from './rules.service.js';

const CLAUSES = ['REG-6', '2.3(3)'];
const READERS: CallerSpec[] = ['staff:ops', 'staff:admin', 'staff:auditor', 'staff:senior_moderator'];
const SHOWN_CHANGES = 200;

/** The rules on malicious registration: which versions were in force, and what another one would have decided. */
@Controller('v1/registration-rules')
export class RulesController {
  constructor(
    private readonly rules: RulesService,
    private readonly replaying: ReplayRulesService,
  ) {}

  @Get()
  @Operation({
    summary: 'Versions of the registration rules, newest first',
    callers: READERS,
    clauses: CLAUSES,
    answer: RuleVersionsDto,
  })
  async versions(): Promise<RuleVersionsDto> {
    const { digest } = await this.rules.current();
    const found = await this.rules.versions();
    return {
      items: found.map((v) => ({
        version: v.version,
        digest: v.digest,
        inForce: v.digest === digest,
        firstUsedAt: v.firstUsedAt.toISOString(),
        decisions: v.decisions,
        rules: v.content.rules.length,
        content: { ...v.content },
      })),
    };
  }

  @Post('replays')
  @Operation({
    summary: 'What another policy would have decided about recorded attempts; changes nothing',
    description: 'A new policy is put in force by its file; this shows before that what would change.',
    callers: ['staff:ops', 'staff:admin'],
    clauses: CLAUSES,
    answer: ReplayDto,
    errors: [E.rules_unreadable],
  })
  async replay(@Body() body: ReplayRequestDto): Promise<ReplayDto> {
    try {
      const source: unknown = parse(body.policy);
      const result = await this.replaying.replay(source, body.since ?? 'P7D');
      return shown(result, versionOf(source));
    } catch (error) {
      const problems = problemsOf(error);
      if (problems === undefined) throw error;
      throw new DomainError(E.rules_unreadable, { extra: { problems } });
    }
  }
}

/** What is wrong with the text, or undefined when it is not the text that failed. */
function problemsOf(error: unknown): readonly string[] | undefined {
  if (error instanceof PolicyUnreadable) return error.problems;
  return error instanceof YAMLParseError ? [error.message] : undefined;
}

const versionOf = (source: unknown): string => (source as { readonly version: string }).version;

function shown(result: ReplayResult, version: string): ReplayDto {
  const turns = Object.entries(result.totals).map(([turn, count]) => {
    const [before, after] = turn.split('>') as [Outcome, Outcome];
    return { before, after, count };
  });
  const rules = Object.entries(result.byRule).map(([rule, count]) => ({ rule, count }));
  return {
    version,
    attempts: result.attempts,
    changed: result.changes.length,
    turns: turns.sort((a, b) => b.count - a.count),
    rules: rules.sort((a, b) => b.count - a.count),
    changes: result.changes.slice(0, SHOWN_CHANGES).map((c) => ({ ...c, at: c.at.toISOString(), rules: [...c.rules] })),
    notReplayable: [...result.notReplayable],
  };
}
