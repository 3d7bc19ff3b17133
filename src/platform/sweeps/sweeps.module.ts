import { Global, Module } from '@nestjs/common';
import { SweepLeaseStore } from './sweep-lease.store.js';
import { Sweeps } from './sweeps.service.js';

@Global()
@Module({ providers: [Sweeps, SweepLeaseStore], exports: [Sweeps] })
export class SweepsModule {}
