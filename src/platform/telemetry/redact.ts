/** Invariant 11: personal data and secrets never appear in logs. Callers log ids; this is the net below them. */

const HIDDEN = '[hidden]';
const MAX_DEPTH = 6;

/** Members whose value is never shown, by the words in their name. */
const SECRET_NAME =
  /authorization|cookie|token|secret|passw|(^|_|-)(key|code|otp|phone|mobile|tel|email|mail|name|birth|address|ip|idnumber|explanation|statement|reason|note|answer|query|url|body)($|_|-)|displayname|guardianname|birthdate|phonenumber|signature/i;

const words = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

/** Members that the rule above would hide and that say nothing about a person. */
const HARMLESS = new Set([
  'error_code',
  'status_code',
  'http_code',
  'job_name',
  'queue_name',
  'file_name',
  'code_count',
]);

export const isSecretName = (name: string): boolean => {
  const plain = words(name);
  return !HARMLESS.has(plain) && SECRET_NAME.test(plain);
};

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\bBearer\s+[A-Za-z0-9._~+/=-]+/gi, `Bearer ${HIDDEN}`],
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, HIDDEN],
  [/\bwhsec_[A-Za-z0-9+/=]+/g, HIDDEN],
  // Credentials in an address, then its query.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+:[^\s/@]+@/gi, `$1${HIDDEN}@`],
  [/\?[A-Za-z0-9_.%~-]+=[^\s"'<>]*/g, `?${HIDDEN}`],
  // PostgreSQL quotes rows: Key (phone)=(…) already exists.
  [/\(([^()=]*)\)=\(([^()]*)\)/g, `($1)=(${HIDDEN})`],
  [/[\w.+-]+@[\w-]+\.[\w.-]+/g, HIDDEN],
  // Phone numbers: an international one, or a Chinese mobile number, standing alone (ids and instants do not match).
  [/(?<![\w-])\+\d[\d\s()-]{6,18}\d(?![\w-])/g, HIDDEN],
  [/(?<![\w.:-])(?:0086|86)?[-\s]?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?![\w.:-])/g, HIDDEN],
];

export const redactText = (text: string): string =>
  PATTERNS.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);

/** A copy that may be logged. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return HIDDEN;
  if (value instanceof Date) return value;
  if (Buffer.isBuffer(value)) return HIDDEN;
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isSecretName(key) && item != null ? HIDDEN : redact(item, depth + 1),
    ]),
  );
}

/** Kind, message and frames; a driver's error also carries the statement's values, which stay out. */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    message: redactText(error.message),
    ...(typeof code === 'string' ? { errorCode: code } : {}),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
