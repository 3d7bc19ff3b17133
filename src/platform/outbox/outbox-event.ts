/** What a module tells when it publishes. Ids and facts only: an event leaves the service, so it never carries personal data. */
export interface NewEvent {
  /** `account.registered`: noun and past participle. */
  readonly type: string;
  /** The account that it belongs to; events of one account keep their order. */
  readonly accountId?: string | undefined;
  /** Id of what changed. */
  readonly subjectId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A published event, as subscribers see it. */
export interface OutboxEvent {
  /** Stable: what consumers deduplicate by. */
  readonly id: string;
  readonly at: Date;
  readonly type: string;
  readonly accountId: string | null;
  readonly subjectId: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Grows within an account; has gaps. */
  readonly position: string;
}

/** Where an event stands: the key of its partition and row. */
export type EventRef = Pick<OutboxEvent, 'id' | 'at' | 'accountId' | 'position' | 'type'>;
