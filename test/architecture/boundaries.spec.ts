import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Runs the walls of .dependency-cruiser.cjs; its report names file, rule and import. */
function cruise(...args: string[]): { code: number; report: string } {
  const bin = join(root, 'node_modules/.bin/depcruise');
  try {
    return { code: 0, report: execFileSync(bin, args, { cwd: root, encoding: 'utf8' }) };
  } catch (error) {
    const failed = error as { status: number; stdout: string };
    return { code: failed.status, report: failed.stdout };
  }
}

describe('the walls of the house', () => {
  it('stand: no circle, no call upwards, no import past a door', () => {
    const { code, report } = cruise('--config', '.dependency-cruiser.cjs', 'src');
    expect(report).toMatch('no dependency violations found');
    expect(code).toBe(0);
  });

  it('would be noticed if they did not: a rule file that forbids an import we have finds it', () => {
    const { code, report } = cruise('--config', 'test/architecture/planted-violation.cjs', 'src/kernel');
    expect(code).toBeGreaterThan(0);
    expect(report).toMatch('planted');
  });
});
