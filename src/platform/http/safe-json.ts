import { DomainError, type FieldProblem } from '../../kernel/domain-error.js';
import { HTTP_ERRORS } from './http.errors.js';

const MAX_DEPTH = 12;
const MAX_PROBLEMS = 20;
/** NUL cannot be stored by PostgreSQL; the other controls have no place in any of our fields. Tab, LF, CR stay. */
const CONTROL = /[^\P{Cc}\t\n\r]/u;

/**
 * Refuses what no field can hold, whatever its type: lone surrogates, control characters, numbers beyond 2^53,
 * nesting deeper than twelve. Run before validation, so that no rule or store meets such a value.
 */
export function assertSafeJson(value: unknown): void {
  const problems: FieldProblem[] = [];
  walk(value, '', 0, problems);
  if (problems.length > 0) throw new DomainError(HTTP_ERRORS.invalid_request, { errors: problems });
}

function walk(value: unknown, path: string, depth: number, problems: FieldProblem[]): void {
  if (problems.length >= MAX_PROBLEMS) return;
  if (depth > MAX_DEPTH) {
    problems.push({
      path: '',
      code: 'too_deep',
      en: `nested deeper than ${MAX_DEPTH} levels`,
      zh: `嵌套超过 ${MAX_DEPTH} 层`,
    });
    return;
  }
  if (typeof value === 'string') checkText(value, path, problems);
  else if (typeof value === 'number') {
    if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      problems.push({ path, code: 'number_out_of_range', en: 'the number is out of range', zh: '数字超出范围' });
    }
  } else if (Array.isArray(value)) value.forEach((item, index) => walk(item, `${path}/${index}`, depth + 1, problems));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (!isSafeText(key) || key === '__proto__') {
        problems.push({
          path,
          code: 'bad_field_name',
          en: 'a field name holds characters that are not allowed',
          zh: '字段名含有不允许的字符',
        });
      } else walk(item, `${path}/${key.slice(0, 64)}`, depth + 1, problems);
    }
  }
}

const isSafeText = (text: string): boolean => text.isWellFormed() && !CONTROL.test(text);

function checkText(text: string, path: string, problems: FieldProblem[]): void {
  if (isSafeText(text)) return;
  problems.push({
    path,
    code: 'bad_characters',
    en: 'the text holds characters that are not allowed',
    zh: '内容含有不允许的字符',
  });
}
