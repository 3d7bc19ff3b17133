/** An RFC 9457 problem as this API sends it. `Problem` is thrown by `ask` and understood by every page. */
export interface ProblemDocument {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  readonly requestId?: string;
  /** From the header `Retry-After`. */
  readonly retryAfterSeconds?: number;
  readonly [extra: string]: unknown;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly document: ProblemDocument;

  constructor(document: ProblemDocument) {
    super(document.detail ?? document.title);
    this.name = 'Problem';
    this.status = document.status;
    this.code = document.code;
    this.document = document;
  }
}

/** No answer at all: the API is away, or the network. What was typed stays; nothing is sent again by itself. */
export const UNREACHABLE: ProblemDocument = { status: 0, code: 'unreachable', title: 'unreachable' };

export const isProblem = (error: unknown, ...codes: string[]): error is Problem =>
  error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
