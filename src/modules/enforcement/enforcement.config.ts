import { IsBoolean, IsIn, IsInt, IsObject, IsString, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from '../../platform/config/config-section.js';

/** 7.1 and what belongs to it. Which clause weighs how much stands in `violations.yaml`. */
@ConfigSection('enforcement')
export class EnforcementConfig {
  @IsString()
  taxonomyFile: string = 'config/violations.yaml';

  @IsString()
  featuresFile: string = 'config/features.yaml';

  /** What the person reads about a decision, by language. */
  @IsString()
  noticesFile: string = 'config/notices.yaml';

  /** Systems that hold content and answer a removal with an acknowledgement, by their client id. */
  @IsString({ each: true })
  contentSystems: string[] = ['chat'];

  /** Told by default, whatever 7.1 allows: who is not told cannot defend themselves. */
  @IsIn(['given', 'withheld'])
  defaultNotice: 'given' | 'withheld' = 'given';

  /** The longest that a notice may be kept back. */
  @IsPeriod()
  longestDelay: string = 'P6M';

  /** A deviation from the ladder needs a reason. */
  @IsBoolean()
  deviationNeedsReason: boolean = true;

  /** Reports a day from one address without an account, and by one account. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  reportsPerAddress: number = 20;

  @IsInt()
  @Min(1)
  @Max(1_000_000)
  reportsPerAccount: number = 100;

  /** Without an account and beyond this many a day from one address, a report comes with a solved challenge. */
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  reportsUnchallenged: number = 3;

  @IsPeriod()
  reportChallengeLasts: string = 'PT10M';

  /** A hold for a referral is looked at again after this long. */
  @IsPeriod()
  holdReview: string = 'P6M';

  /** A decision that nobody approved in this time lapses. */
  @IsPeriod()
  approvalLimit: string = 'P3D';

  /** How long a decision can be appealed (DSA 20(1): at least six months), and when we answer. */
  @IsPeriod()
  appealWindow: string = 'P6M';

  @IsInt()
  @Min(1)
  @Max(60)
  appealWorkingDays: number = 15;

  /** Bans are finite and graded by gravity. */
  @IsPeriod()
  longestBan: string = 'P3Y';

  /** A measure without an end, or with one further away than this, is looked at again at least this often; when somebody has to have done so. */
  @IsPeriod()
  longestReview: string = 'P1Y';

  @IsPeriod()
  sanctionReview: string = 'P7D';

  /** The person is reminded this long before an order's deadline; overdue orders go to a person after the grace. */
  @IsPeriod()
  remindBefore: string = 'P2D';

  @IsPeriod()
  overdueGrace: string = 'P1D';

  /** How long a moderator may take to look at a submission, and at an order whose deadline has passed. */
  @IsPeriod()
  submissionReview: string = 'P3D';

  @IsPeriod()
  overdueReview: string = 'P1D';

  /** A content system that stays silent is asked again after this long. */
  @IsPeriod()
  removalRetry: string = 'PT1H';

  /** Asked this often in vain, a person looks after it, within the time below; the same when it refuses. */
  @IsInt()
  @Min(1)
  @Max(1000)
  removalPatience: number = 6;

  @IsPeriod()
  removalReview: string = 'P1D';

  /** Announcements appear after this long, so that a mistake can be stopped. */
  @IsPeriod()
  embargo: string = 'PT0S';

  /** A referral without a clock of its own: 24 hours (计算机信息网络国际联网安全保护管理办法 10(6)). */
  @IsPeriod()
  referralLimit: string = 'PT24H';

  /** Published counts below this are left out: they could point at a person. */
  @IsInt()
  @Min(1)
  @Max(1000)
  smallestCount: number = 5;

  /** Of fewer moderators than this the inner statistics tell only how many they were. */
  @IsInt()
  @Min(1)
  @Max(100)
  smallestTeam: number = 3;

  /** A bulk decision on more accounts than this needs a second person. */
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  bulkAlone: number = 50;

  @IsInt()
  @Min(1)
  @Max(100_000)
  bulkLimit: number = 10_000;

  /** Accounts of a bulk decision that are decided at the same time: each takes a connection of its worker's pool. */
  @IsInt()
  @Min(1)
  @Max(32)
  bulkAtOnce: number = 4;

  @IsPeriod()
  sweepEvery: string = 'PT1S';

  /** Which account belongs to which member of staff: nobody handles a case in which they are the subject (invariant 9). */
  @IsObject()
  staffAccounts: Record<string, string> = {};
}
