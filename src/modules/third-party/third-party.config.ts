import { Transform, Type } from 'class-transformer';
import {
  ArrayUnique,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { parse } from 'yaml';
import { ConfigSection, IsPeriod, Secret } from '../../platform/config/config-section.js';

/** What a flow is for. `step_up`: the owner of an account without a number proves once more to be it. */
export const FLOW_PURPOSES = ['register', 'sign_in', 'link', 'step_up'] as const;
export type FlowPurpose = (typeof FLOW_PURPOSES)[number];

const URL_RULES = { protocols: ['https', 'http'], require_protocol: true, require_tld: false };

export class ProviderConfig {
  /** Part of the callback address: what is registered with the provider. */
  @Matches(/^[a-z][a-z0-9-]{0,39}$/)
  id: string;

  @IsIn(['oidc', 'wechat'])
  kind: 'oidc' | 'wechat';

  /** As people know it. */
  @IsOptional()
  @IsString()
  @MaxLength(60)
  title?: string;

  /** `oidc`: as the provider names itself, exactly; links are keyed on it. `wechat` has none and is given one. */
  @IsOptional()
  @IsUrl(URL_RULES)
  issuer?: string;

  @IsString()
  @MaxLength(300)
  clientId: string;

  @IsIn(['client_secret_basic', 'client_secret_post', 'none'])
  clientAuthentication: 'client_secret_basic' | 'client_secret_post' | 'none' = 'client_secret_basic';

  @IsString({ each: true })
  @ArrayUnique()
  scopes: string[] = ['openid'];

  @IsBoolean()
  enabled: boolean = true;

  /** What the provider may be used for; unlinking is always possible. */
  @IsIn(FLOW_PURPOSES, { each: true })
  purposes: FlowPurpose[] = [...FLOW_PURPOSES];

  /** `wechat`: the page of the QR code, and the interface that exchanges codes. */
  @IsUrl(URL_RULES)
  wechatAuthorizeUrl: string = 'https://open.weixin.qq.com/connect/qrconnect';

  @IsUrl(URL_RULES)
  wechatApiUrl: string = 'https://api.weixin.qq.com';

  /**
   * `wechat`: `unionid` is one person across all applications of a developer, `openid` one person of one application.
   * One of them, always: a person who came by both would be two, and a ban would hold one of them.
   */
  @IsIn(['unionid', 'openid'])
  wechatSubject: 'unionid' | 'openid' = 'unionid';
}

@ConfigSection('thirdParty')
export class ThirdPartyConfig {
  @ValidateNested({ each: true })
  @Type(() => ProviderConfig)
  @ArrayUnique((p: ProviderConfig) => p.id)
  providers: ProviderConfig[] = [];

  /** By provider id, as YAML: `{github: …}`. THIRD_PARTY_CLIENT_SECRETS or THIRD_PARTY_CLIENT_SECRETS_FILE. */
  @Secret()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (parse(value) as unknown) : value))
  @IsObject()
  clientSecrets: Record<string, string> = {};

  /** From the start to the exchange. */
  @IsPeriod()
  validity: string = 'PT10M';

  /** How long ended flows stand for questions. */
  @IsPeriod()
  keepEnded: string = 'P1D';

  /** A newly linked account cannot sign in for so long: the owner hears of it first (2.3(1)). */
  @IsPeriod()
  linkCooling: string = 'P1D';

  /** How recent the sign-in at the provider must be where it stands for a code. */
  @IsPeriod()
  stepUpMaxAge: string = 'PT5M';

  @IsPeriod()
  requestTimeout: string = 'PT5S';

  /** Where a flow may come back to, beside our own account pages; compared exactly. Applications name their scheme. */
  @IsString({ each: true })
  returnUrls: string[] = [];

  @IsInt()
  @Min(1)
  @Max(100_000)
  flowsPerAddress: number = 60;

  @IsPeriod()
  addressWindow: string = 'PT10M';
}
