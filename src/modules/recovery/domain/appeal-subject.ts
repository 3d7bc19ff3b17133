/**
 * What somebody asks to have back (2.4): their account; the page of a ward, at another number of their own
 * (`guardian_number`); or the place of a guardian who no longer can be one (`new_guardian`, 2.1).
 */
export const APPEAL_SUBJECTS = ['account', 'guardian_number', 'new_guardian'] as const;
export type AppealSubject = (typeof APPEAL_SUBJECTS)[number];

/** The queues of a reviewer: lost accounts, and guardians of minors. */
export const RECOVERY_KIND = 'recovery';
export const GUARDIAN_KIND = 'guardian';
export const reviewKindOf = (about: AppealSubject): string => (isAboutGuardian(about) ? GUARDIAN_KIND : RECOVERY_KIND);

export const isAboutGuardian = (about: AppealSubject): boolean => about !== 'account';
