import { IsIn, IsObject, IsOptional, IsString } from 'class-validator';
import { ConfigSection, IsPeriod, Secret } from '../../config/config-section.js';

export const SMS_PROVIDERS = ['alibaba_cloud', 'tencent_cloud', 'http', 'console'] as const;
export type SmsProviderName = (typeof SMS_PROVIDERS)[number];

/** How a template of ours is called at a provider, and in which order it takes the parameters. */
export interface ProviderTemplate {
  readonly id: string;
  /** Names of our parameters, in the provider's order (Tencent Cloud numbers them). */
  readonly params: readonly string[];
}

/** Who sends messages outside of embedded mode. Texts are the operator's, approved by the carrier. */
@ConfigSection('sms')
export class SmsConfig {
  /** In order: the next is asked when one fails. Empty: the start is refused, for no code could be sent. */
  @IsIn([...SMS_PROVIDERS], { each: true })
  providers: SmsProviderName[] = [];

  @IsPeriod()
  timeout: string = 'PT5S';

  /** A provider that failed is passed over for so long, as long as there is another one. */
  @IsPeriod()
  restAfterFailure: string = 'PT30S';

  /** 短信签名 */
  @IsString()
  signName: string = '';

  /** Provider → our template and language (`verification_code.zh-CN`) → its template. */
  @IsObject()
  templates: Partial<Record<SmsProviderName, Record<string, ProviderTemplate>>> = {};

  @IsString()
  alibabaEndpoint: string = 'https://dysmsapi.aliyuncs.com';

  @Secret()
  @IsOptional()
  @IsString()
  alibabaAccessKeyId?: string = undefined;

  @Secret()
  @IsOptional()
  @IsString()
  alibabaAccessKeySecret?: string = undefined;

  @IsString()
  tencentEndpoint: string = 'https://sms.tencentcloudapi.com';

  @IsString()
  tencentRegion: string = 'ap-guangzhou';

  @IsString()
  tencentAppId: string = '';

  @Secret()
  @IsOptional()
  @IsString()
  tencentSecretId?: string = undefined;

  @Secret()
  @IsOptional()
  @IsString()
  tencentSecretKey?: string = undefined;

  /** Address of a gateway of the operator's own; each message is POSTed there, signed as Standard Webhooks. */
  @IsOptional()
  @IsString()
  httpUrl?: string = undefined;

  /** `whsec_…` */
  @Secret()
  @IsOptional()
  @IsString()
  httpSecret?: string = undefined;
}
