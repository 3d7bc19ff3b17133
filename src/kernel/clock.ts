/** The only source of "now". Rules get it as a fact; SQL gets it as a parameter, never `now()`. */
export abstract class Clock {
  abstract now(): Date;
}

/** The machine's clock. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}

/** A clock that a test moves: runs with real time plus an offset, or stands still once frozen. */
export class MovableClock extends Clock {
  private offsetMs = 0;
  private frozenAt: number | undefined;

  now(): Date {
    return new Date((this.frozenAt ?? Date.now()) + this.offsetMs);
  }

  /** @param ms milliseconds to move forward (negative: back) */
  advance(ms: number): void {
    this.offsetMs += ms;
  }

  /** From here on the clock reads `instant` and still runs. */
  set(instant: Date): void {
    this.offsetMs += instant.getTime() - this.now().getTime();
  }

  freeze(): void {
    this.frozenAt ??= Date.now();
  }
}
