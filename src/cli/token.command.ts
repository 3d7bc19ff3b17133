import { Command, InvalidArgumentError } from 'commander';
import { section, withUsualNames } from '../boot.js';
import { isPeriod } from '../kernel/period.js';
import { StaffConfig } from '../platform/callers/staff.config.js';
import { loadConfig } from '../platform/config/load-config.js';
import { RuntimeConfig } from '../platform/config/runtime.config.js';
import { SERVICE_SCOPES, STAFF_ROLES } from '../platform/http/operation.js';

interface TokenOptions {
  readonly role: string[];
  readonly scope: string[];
  readonly sub?: string;
  readonly ttl: string;
}

const oneOf =
  (known: readonly string[]) =>
  (value: string, before: string[]): string[] => {
    if (!known.includes(value)) throw new InvalidArgumentError(`one of ${known.join(', ')}`);
    return [...before, value];
  };

const period = (value: string): string => {
  if (!isPeriod(value)) throw new InvalidArgumentError('an ISO 8601 duration such as PT1H');
  return value;
};

/** `token` prints a bearer token of the demo provider; the service accepts it, and need not run for it. */
export function tokenCommand(): Command {
  return new Command('token')
    .description('print a bearer token for staff (--role) or a service (--scope); embedded mode only')
    .option('--role <role>', `staff role, repeatable: ${STAFF_ROLES.join(', ')}`, oneOf(STAFF_ROLES), [])
    .option('--scope <scope>', `service scope, repeatable: ${SERVICE_SCOPES.join(', ')}`, oneOf(SERVICE_SCOPES), [])
    .option('--sub <name>', 'who it is for (default: alice for staff, demo-service for a service)')
    .option('--ttl <period>', 'how long it lives', period, 'PT1H')
    .action(async ({ role, scope, sub, ttl }: TokenOptions, command: Command) => {
      if (role.length + scope.length === 0) command.error('give at least one --role or --scope');
      const config = loadConfig(withUsualNames(process.env));
      const runtime = section(config, RuntimeConfig);
      if (runtime.production || !runtime.embedded) command.error('tokens are printed in embedded mode only');
      const [{ DemoIssuer }, { DemoClock }] = await Promise.all([
        import('../demo/demo-issuer.js'),
        import('../demo/demo-clock.js'),
      ]);
      const token = await DemoIssuer.besideService(runtime).token({
        subject: sub ?? (role.length > 0 ? 'alice' : 'demo-service'),
        audience: section(config, StaffConfig).audience,
        roles: role,
        scopes: scope,
        ttl,
        // The demo may have moved the clock ten years on, and the service lives by it.
        now: new DemoClock(runtime.dataDir).now(),
      });
      console.log(token);
    });
}
