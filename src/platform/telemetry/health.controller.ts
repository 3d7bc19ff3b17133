import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Authenticator } from '../callers/authenticator.js';
import { TrustedProxies } from '../callers/client-address.js';
import { HTTP_ERRORS } from '../http/http.errors.js';
import { Operation } from '../http/operation.js';
import { HealthDto } from './health.dto.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';
import { TelemetryConfig } from './telemetry.config.js';

/** For balancers and Prometheus. Says what fails, never why: the reason stands in the log. */
@Controller()
export class HealthController {
  private readonly scrapers: TrustedProxies;

  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    private readonly authenticator: Authenticator,
    config: TelemetryConfig,
  ) {
    this.scrapers = new TrustedProxies(config.metricsFrom);
  }

  @Get('health/live')
  @Operation({ summary: 'Does the process run?', callers: ['public'], clauses: ['operation'], answer: HealthDto })
  live(): HealthDto {
    return { status: 'ok', checks: [] };
  }

  @Get('health/ready')
  @Operation({
    summary: 'May requests be sent here? 503 while the database is away or its schema is behind.',
    callers: ['public'],
    clauses: ['operation'],
    answer: HealthDto,
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthDto> {
    const checks = await this.readiness.results();
    const ok = checks.every((check) => check.ok);
    if (!ok) void reply.status(503);
    return { status: ok ? 'ok' : 'unavailable', checks };
  }

  @Get('metrics')
  @Operation({
    summary: 'Prometheus metrics; only for the addresses of `telemetry.metricsFrom`, 404 to others',
    callers: ['public'],
    clauses: ['operation'],
    raw: { mediaType: 'text/plain', description: 'Prometheus text format.' },
    errors: [HTTP_ERRORS.not_found],
  })
  async scrape(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const address = this.authenticator.addressOf(request.raw);
    if (!ipaddr.isValid(address) || !this.scrapers.includes(ipaddr.process(address)))
      throw new DomainError(HTTP_ERRORS.not_found);
    const text = await this.metrics.registry.metrics();
    await reply.header('content-type', this.metrics.registry.contentType).send(text);
  }
}
