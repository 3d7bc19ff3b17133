import { Int, List, Text } from '../http/fields.js';

class FieldProblemDto {
  @Text({ max: 500, min: 0, description: 'JSON pointer into the request.', example: '/acceptances/0/version' })
  path: string;

  @Text({ max: 100, example: 'unknown_field' })
  code: string;

  @Text({ max: 500 })
  message: string;
}

/** RFC 9457 problem document. */
export class ProblemDto {
  @Text({ max: 200, example: 'urn:account-lifecycle:problem:not_found' })
  type: string;

  @Text({ max: 500, description: 'In the language of Accept-Language (zh-CN or en).' })
  title: string;

  @Int({ min: 400, max: 599, example: 404 })
  status: number;

  @Text({ max: 2000, optional: true })
  detail?: string;

  @Text({ max: 100, description: 'Stable and machine readable.', example: 'not_found' })
  code: string;

  @List(() => FieldProblemDto, { max: 50, optional: true, description: 'One entry per field at fault.' })
  errors?: FieldProblemDto[];

  @Text({ max: 64, description: 'Quote it to support.' })
  requestId: string;
}
