import { Injectable } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigError } from '../../platform/config/load-config.js';
import { defineStartCheck } from '../../platform/config/start-checks.js';
import { changeLetter, changeText, type ToldChange } from './domain/change-text.js';
import {
  type Announced,
  announcementText,
  type NoticeLetter,
  noticeLetter,
  type NoticeTemplates,
  type NoticeText,
  noticeTemplateProblems,
  noticeText,
  type Places,
} from './domain/notice-text.js';
import { EnforcementConfig } from './enforcement.config.js';
import { TaxonomyService } from './taxonomy.service.js';

function readTemplates({ noticesFile }: EnforcementConfig): NoticeTemplates {
  const source: unknown = parse(readFileSync(noticesFile, 'utf8'));
  const problems = noticeTemplateProblems(source);
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${noticesFile}: ${problem}`));
  return source as NoticeTemplates;
}
defineStartCheck((section) => readTemplates(section(EnforcementConfig)));

/** The operator's words, read once at start: a text that leaves out what has to be said stops the start. */
@Injectable()
export class NoticeTexts {
  private readonly templates: NoticeTemplates;

  constructor(
    config: EnforcementConfig,
    private readonly taxonomy: TaxonomyService,
  ) {
    this.templates = readTemplates(config);
  }

  /** What the public reads where nobody wrote other words. @param clauses of the agreement version decided under */
  announcement(
    clauses: readonly string[],
    agreementVersion: string,
    measures: Announced['measures'],
  ): { zh: string; en: string } {
    const version = this.taxonomy.current.versions.find((v) => v.agreementVersion === agreementVersion);
    const labels = (language: 'zh' | 'en'): string[] =>
      clauses.map((ref) => {
        const label = version?.clauses.get(ref)?.[language] ?? '';
        return language === 'zh' ? `用户协议第${ref}条“${label}”` : `clause ${ref}, “${label}”`;
      });
    return {
      zh: announcementText({ labels: labels('zh'), measures }, 'zh-CN', this.templates),
      en: announcementText({ labels: labels('en'), measures }, 'en', this.templates),
    };
  }

  /** @param statement of reasons, in the language in which it was written */
  render(statement: Readonly<Record<string, unknown>>): NoticeText {
    const language = languageOf(statement['language']);
    return noticeText(statement, language, this.templates, this.featuresIn(language));
  }

  /** The same while it is being written. @param places of what is still written */
  letter(statement: Readonly<Record<string, unknown>>, places: Places): NoticeLetter {
    const language = languageOf(statement['language']);
    return noticeLetter(statement, language, this.templates, this.featuresIn(language), places);
  }

  /** @param language of the statement that the measure was told with */
  renderChange(told: ToldChange, language: unknown): NoticeText {
    const known = languageOf(language);
    return changeText(told, known, this.templates, this.featuresIn(known));
  }

  /** The same while it is being written. */
  changeLetter(told: ToldChange, language: unknown, field: string): NoticeLetter {
    const known = languageOf(language);
    return changeLetter(told, known, this.templates, this.featuresIn(known), field);
  }

  private featuresIn(language: 'zh-CN' | 'en'): ReadonlyMap<string, string> {
    return new Map(this.taxonomy.features.map((f): [string, string] => [f.name, language === 'en' ? f.en : f.zh]));
  }
}

const languageOf = (language: unknown): 'zh-CN' | 'en' => (language === 'en' ? 'en' : 'zh-CN');
