import { Global, Module } from '@nestjs/common';
import { BrowserSessions } from '../browser-sessions.js';
import { StaffSessionController } from './staff-session.controller.js';
import { StaffSessions } from './staff-sessions.service.js';
import { StaffSessionsStore } from './staff-sessions.store.js';
import { StaffSignIn } from './staff-sign-in.service.js';

/** Staff in a browser. The guard finds it through the port. */
@Global()
@Module({
  controllers: [StaffSessionController],
  providers: [StaffSessionsStore, StaffSessions, { provide: BrowserSessions, useExisting: StaffSessions }, StaffSignIn],
  exports: [BrowserSessions],
})
export class StaffSessionModule {}
