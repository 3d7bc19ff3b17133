import { Injectable, type OnModuleInit, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { type CallerSpec, OPERATION_KEY, type OperationSpec, SERVICE_SCOPES, STAFF_ROLES } from '../http/operation.js';

export interface Route {
  readonly method: string;
  /** As declared: `/v1/accounts/:id`. */
  readonly path: string;
  readonly handler: string;
  readonly operation: OperationSpec;
}

const KNOWN_CALLERS = new Set<string>([
  'public',
  'account',
  'guardian',
  ...STAFF_ROLES.map((role): CallerSpec => `staff:${role}`),
  ...SERVICE_SCOPES.map((scope): CallerSpec => `service:${scope}`),
]);

/** Every route and its declaration. A handler without one, or with a caller that does not exist, stops the start. */
@Injectable()
export class RouteTable implements OnModuleInit {
  private found: readonly Route[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  get routes(): readonly Route[] {
    return this.found;
  }

  /** @throws Error naming every handler at fault */
  onModuleInit(): void {
    const problems: string[] = [];
    this.found = this.discovery.getControllers().flatMap(({ metatype }) => {
      const controller = metatype as (new () => object) | null;
      return controller === null ? [] : this.routesOf(controller, problems);
    });
    if (problems.length > 0) throw new Error(`routes without a valid @Operation:\n  ${problems.join('\n  ')}`);
  }

  private routesOf(controller: new () => object, problems: string[]): Route[] {
    const prototype = controller.prototype as Record<string, () => unknown>;
    const prefix = texts(this.reflector.get<string | string[] | undefined>(PATH_METADATA, controller));
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name];
      const verb = method && this.reflector.get<RequestMethod | undefined>(METHOD_METADATA, method);
      if (method === undefined || verb === undefined) return [];
      const handler = `${controller.name}.${name}`;
      const operation = this.reflector.get<OperationSpec | undefined>(OPERATION_KEY, method);
      const unknown = operation?.callers.filter((caller) => !KNOWN_CALLERS.has(caller)) ?? [];
      if (operation === undefined || operation.callers.length === 0) problems.push(`${handler}: declares no caller`);
      if (unknown.length > 0) problems.push(`${handler}: unknown caller ${unknown.join(', ')}`);
      if (operation === undefined) return [];
      const paths = texts(this.reflector.get<string | string[] | undefined>(PATH_METADATA, method));
      return prefix.flatMap((a) =>
        paths.map((b) => ({ method: RequestMethod[verb] ?? 'ALL', path: joined(a, b), handler, operation })),
      );
    });
  }
}

const texts = (path: string | string[] | undefined): string[] => (Array.isArray(path) ? path : [path ?? '']);

const joined = (prefix: string, path: string): string =>
  `/${[prefix, path].join('/').split('/').filter(Boolean).join('/')}`;
