import { Injectable, type LoggerService } from '@nestjs/common';
import { type Logger, type LoggerOptions, pino } from 'pino';
import { redact, redactText } from './redact.js';
import { TelemetryConfig } from './telemetry.config.js';

/** Structured lines on standard output, every one of them redacted. */
export function openLog({ logLevel, pretty }: TelemetryConfig): Logger {
  const options: LoggerOptions = {
    level: logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (line) => redact(line) as Record<string, unknown>,
    },
    ...(pretty
      ? { transport: { target: 'pino-pretty', options: { translateTime: 'SYS:HH:MM:ss', ignore: 'context' } } }
      : {}),
  };
  return pretty ? pino(options) : pino(options, pino.destination({ dest: 1, sync: false, ...BATCHED }));
}

/** Lines are written together, a tenth of a second late at most and at once when the process ends: a write is a system call. */
const BATCHED = { minLength: 4_096, periodicFlush: 100 };

/** Contexts in which Nest tells of every module and every route at each start: six hundred lines that nobody asked for. */
const CHATTY = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** What `new Logger('Context')` of Nest writes to. */
@Injectable()
export class Log implements LoggerService {
  readonly pino: Logger;
  /** For lines of our own words, numbers and ids, written with every request: nothing in them is to be redacted. */
  readonly bounded: Logger;

  constructor(config: TelemetryConfig) {
    this.pino = openLog(config);
    this.bounded = this.pino.child({}, { formatters: { log: (line) => line } });
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(CHATTY.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest appends the context; what stands before it is a stack or facts. */
  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const last = rest.at(-1);
    const context = typeof last === 'string' && !last.includes('\n') ? last : undefined;
    const facts = (context === undefined ? rest : rest.slice(0, -1)).filter((fact) => fact !== undefined);
    const stack = facts.find((fact): fact is string => typeof fact === 'string');
    const details = facts.filter((fact) => typeof fact === 'object');
    const text = typeof message === 'string' ? redactText(message) : '';
    this.pino[level](
      {
        ...(context === undefined ? {} : { context }),
        ...(message instanceof Error
          ? { err: message }
          : typeof message === 'object' && message !== null
            ? { facts: message }
            : {}),
        ...(details.length === 0 ? {} : { details }),
        ...(stack === undefined ? {} : { stack }),
      },
      text,
    );
  }
}
