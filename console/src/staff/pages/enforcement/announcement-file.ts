import type { Schemas } from '../../../api/client.ts';

/** An announcement as its desk sees it: both languages, what may be done with it, and its history (ENF-9). */
export type AnnouncementFile = Schemas['AnnouncementFileDto'];

export const fileKey = (id: string): readonly unknown[] => ['announcement-file', id];
