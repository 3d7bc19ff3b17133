/** A refusal that a caller can act on. Its code is API: it is never renamed, and it stands in the OpenAPI document. */
export interface ErrorDefinition {
  readonly code: string;
  readonly status: number;
  readonly en: string;
  readonly zh: string;
}

/** One meaning in both languages; an answer carries its reader's. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** One problem inside a request. `path` is a JSON pointer such as `/acceptances/0/version`. */
export interface FieldProblem extends Words {
  readonly path: string;
  readonly code: string;
}

const declared = new Set<string>();

/**
 * Declares a module's error codes, each with its HTTP status and one line of meaning in both languages.
 * A code belongs to one module: a second declaration stops the start.
 */
export function defineErrors<const T extends Record<string, { status: number; en: string; zh: string }>>(
  specs: T,
): { readonly [K in keyof T & string]: ErrorDefinition } {
  const out: Record<string, ErrorDefinition> = {};
  for (const [code, spec] of Object.entries(specs)) {
    if (!/^[a-z][a-z0-9_]*$/.test(code)) throw new Error(`error code ${code} is not snake_case`);
    if (declared.has(code)) throw new Error(`error code ${code} is declared twice`);
    declared.add(code);
    out[code] = Object.freeze({ code, ...spec });
  }
  return out as { readonly [K in keyof T & string]: ErrorDefinition };
}

/** What a rate limit says about itself. */
export interface RateLimit {
  readonly bucket: string;
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
  readonly resetSeconds: number;
}

export interface DomainErrorOptions {
  /** More than the title says, for this occurrence; never personal data. */
  readonly detail?: Words;
  readonly errors?: readonly FieldProblem[];
  /** Extension members of the problem document (RFC 9457, 3.2), ids and facts only. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** The limit that refused; becomes `RateLimit` and `RateLimit-Policy`. */
  readonly rateLimit?: RateLimit;
  readonly cause?: unknown;
}

/** Thrown by services and rules; becomes a problem document at the edge. */
export class DomainError extends Error {
  readonly code: string;

  constructor(
    readonly definition: ErrorDefinition,
    readonly options: DomainErrorOptions = {},
  ) {
    super(options.detail?.en ?? definition.en, { cause: options.cause });
    this.name = 'DomainError';
    this.code = definition.code;
  }
}

export const isDomainError = (error: unknown, definition?: ErrorDefinition): error is DomainError =>
  error instanceof DomainError && (definition === undefined || error.code === definition.code);
