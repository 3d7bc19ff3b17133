import { Enum, Text } from '../../platform/http/fields.js';

export class ReceiptQuery {
  @Enum(['jws', 'json', 'pdf'], { optional: true, description: '`jws` (default) is what can be verified offline.' })
  format?: 'jws' | 'json' | 'pdf';
}

export class ReceiptDto {
  @Text({ max: 100_000, example: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln', description: 'Compact JWS (provability).' })
  receipt: string;
}
