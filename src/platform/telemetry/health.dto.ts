import { Bool, Enum, List, Text } from '../http/fields.js';

export class HealthCheckDto {
  @Text({ max: 60, example: 'database' })
  check: string;

  @Bool()
  ok: boolean;
}

export class HealthDto {
  @Enum(['ok', 'unavailable'])
  status: string;

  @List(() => HealthCheckDto, { max: 50 })
  checks: HealthCheckDto[];
}
