import { IsIn, IsOptional, IsString, IsUrl } from 'class-validator';
import { ConfigSection, IsPeriod, Secret } from '../config/config-section.js';

/** An object store that speaks the S3 API; who uses it names its own bucket. */
@ConfigSection('s3')
export class S3Config {
  /** Of the service, without a bucket: `https://s3.cn-north-1.amazonaws.com.cn`. */
  @IsOptional()
  @IsUrl({ require_protocol: true, protocols: ['http', 'https'], require_tld: false })
  endpoint?: string = undefined;

  @IsString()
  region: string = 'us-east-1';

  /** Where the bucket stands in the address: in the path (MinIO, Ceph) or in the host (Amazon, Alibaba, Tencent). */
  @IsIn(['path', 'host'])
  addressing: 'path' | 'host' = 'path';

  @Secret()
  @IsOptional()
  @IsString()
  accessKeyId?: string = undefined;

  @Secret()
  @IsOptional()
  @IsString()
  secretAccessKey?: string = undefined;

  @Secret()
  @IsOptional()
  @IsString()
  sessionToken?: string = undefined;

  /** For one attempt; there are three. */
  @IsPeriod()
  timeout: string = 'PT10S';
}
