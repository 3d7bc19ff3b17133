/** A code waits to be sent. Inside the house only: data is the issue's id and the purpose, never code or number. */
export const CODE_REQUESTED = 'verification.code_requested';

export interface CodeRequested {
  readonly issueId: string;
  readonly purpose: string;
}
