import type { INestApplicationContext } from '@nestjs/common';

/** Brings the whole service up without listening, for a command that needs it; ended by the command line itself. */
export type CliBoot = () => Promise<INestApplicationContext>;
