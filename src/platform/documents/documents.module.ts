import { Module } from '@nestjs/common';
import { Paper } from './paper.js';

/** Documents on paper, for whichever module issues one. */
@Module({ providers: [Paper], exports: [Paper] })
export class DocumentsModule {}
