import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';

export interface MarkedMethod<M> {
  readonly mark: M;
  /** `ClassName.method`, for problems and logs. */
  readonly where: string;
  readonly type: abstract new (...args: never[]) => object;
  readonly instance: object;
  readonly call: (...args: unknown[]) => unknown;
}

/** Finds the methods of all providers that carry a decorator's mark. */
@Injectable()
export class MarkedMethods {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  find<M>(key: string): MarkedMethod<M>[] {
    const seen = new Set<object>();
    return this.discovery.getProviders().flatMap((wrapper) => {
      const instance = wrapper.instance as object | null | undefined;
      const type = instance?.constructor as MarkedMethod<M>['type'] | undefined;
      if (typeof instance !== 'object' || instance === null || type === undefined || seen.has(instance)) return [];
      seen.add(instance);
      const prototype = Object.getPrototypeOf(instance) as Record<string, (...args: unknown[]) => unknown> | null;
      if (prototype === null || prototype === Object.prototype) return [];
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const method = prototype[name];
        const mark = method && this.reflector.get<M | undefined>(key, method);
        if (method === undefined || mark === undefined) return [];
        return [{ mark, where: `${type.name}.${name}`, type, instance, call: method.bind(instance) }];
      });
    });
  }
}
