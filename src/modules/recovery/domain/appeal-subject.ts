/**
 * What somebody asks to have back (2.4): their account; the page of a ward, at another number of their own
 * (`guardian_number`); or the place of a guardian who no longer can be one (`new_guardian`, 2.1).
 */
export const APPEAL_SUBJECTS = ['account', 'guardian_number', 'new_guardian'] as const;
export type AppealSubject = (typeof APPEAL_SUBJECTS)[number];

export const isAboutGuardian = (about: AppealSubject): boolean => about !== 'account';
