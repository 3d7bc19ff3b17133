import { DomainError, defineErrors } from './domain-error.js';

export const LIFECYCLE_ERRORS = defineErrors({
  wrong_state: {
    status: 409,
    en: 'This is not possible in the present state.',
    zh: '当前状态下无法进行此操作。',
  },
});

/** state × command → state. What is not in the table does not happen. */
export type Transitions<S extends string, C extends string> = Readonly<Record<S, Readonly<Partial<Record<C, S>>>>>;

/**
 * A state machine as a checked table. Building one fails on an unreachable state and on a state that is neither
 * terminal nor able to reach a terminal one, so a dead end is a start-up error and not a stuck person.
 */
export class Lifecycle<S extends string, C extends string> {
  readonly states: readonly S[];
  readonly commands: readonly C[];

  constructor(
    readonly name: string,
    readonly initial: S,
    readonly terminal: readonly S[],
    readonly transitions: Transitions<S, C>,
  ) {
    this.states = Object.keys(transitions) as S[];
    const rows = Object.values(transitions) as Partial<Record<C, S>>[];
    this.commands = [...new Set(rows.flatMap((row) => Object.keys(row) as C[]))];
    const problems = this.problems();
    if (problems.length > 0) throw new Error(`lifecycle ${name}: ${problems.join('; ')}`);
  }

  /** The state that `command` leads to, or undefined where the table has none. */
  next(current: S, command: C): S | undefined {
    const row: Partial<Record<C, S>> = this.transitions[current];
    return row[command];
  }

  can(current: S, command: C): boolean {
    return this.next(current, command) !== undefined;
  }

  /** Like `next`, but refuses with `wrong_state` (409) where the table has none. */
  move(current: S, command: C): S {
    const next = this.next(current, command);
    if (next === undefined) {
      throw new DomainError(LIFECYCLE_ERRORS.wrong_state, {
        detail: {
          en: `${this.name} is ${current}: ${command} is not possible`,
          zh: `${this.name} 当前为 ${current}，不能 ${command}`,
        },
        extra: { lifecycle: this.name, state: current, command, possible: this.possible(current) },
      });
    }
    return next;
  }

  possible(current: S): C[] {
    return Object.keys(this.transitions[current]) as C[];
  }

  isTerminal(state: S): boolean {
    return this.terminal.includes(state);
  }

  /** The table as a mermaid diagram; module READMEs carry it, and a test compares. */
  toMermaid(): string {
    const lines = ['stateDiagram-v2', `  [*] --> ${this.initial}`];
    for (const state of this.states) {
      for (const command of this.possible(state)) {
        lines.push(`  ${state} --> ${this.next(state, command) as string}: ${command}`);
      }
    }
    for (const state of this.terminal) lines.push(`  ${state} --> [*]`);
    return lines.join('\n');
  }

  private problems(): string[] {
    const problems: string[] = [];
    const reached = this.closure([this.initial], (s) => this.targets(s));
    for (const s of this.states) if (!reached.has(s)) problems.push(`${s} is unreachable`);
    for (const s of this.terminal) if (this.targets(s).length > 0) problems.push(`terminal ${s} has a way out`);
    const ends = this.closure([...this.terminal], (s) => this.states.filter((from) => this.targets(from).includes(s)));
    if (this.terminal.length > 0) for (const s of this.states) if (!ends.has(s)) problems.push(`${s} is a dead end`);
    return problems;
  }

  private targets(state: S): S[] {
    return Object.values(this.transitions[state]) as S[];
  }

  private closure(from: S[], step: (s: S) => S[]): Set<S> {
    const seen = new Set<S>(from);
    const todo = [...from];
    for (let s = todo.pop(); s !== undefined; s = todo.pop()) {
      const fresh = step(s).filter((t) => !seen.has(t));
      for (const t of fresh) seen.add(t);
      todo.push(...fresh);
    }
    return seen;
  }
}
