import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DisplayNamesService } from '../accounts/display-names.service.js';
import { nameProblems, resembles } from './domain/display-name.js';
import { NAME_LISTS } from './domain/policy.js';
import { RulesService } from './rules.service.js';

/** A later change of name is held to the rules of registration: nobody becomes staff by renaming (2.3(1), REG-5). */
@Injectable()
export class NameRule implements OnModuleInit {
  constructor(
    private readonly names: DisplayNamesService,
    private readonly rules: RulesService,
  ) {}

  onModuleInit(): void {
    this.names.addRule(async (name) => {
      const { names } = await this.rules.current();
      const posing = NAME_LISTS.some((list) => resembles(name, names[list]) !== undefined);
      return posing ? 'impersonation' : nameProblems(name)[0];
    });
  }
}
