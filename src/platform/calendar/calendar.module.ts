import { Global, Module } from '@nestjs/common';
import { ChineseWorkingDays } from './chinese-working-days.js';
import { WorkingDayCalendar } from './domain/working-days.js';

/** Working days for whoever promises a deadline in them. */
@Global()
@Module({
  providers: [{ provide: WorkingDayCalendar, useClass: ChineseWorkingDays }],
  exports: [WorkingDayCalendar],
})
export class CalendarModule {}
