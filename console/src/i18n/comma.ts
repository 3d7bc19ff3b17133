import { i18n } from '@lingui/core';

/** Between things that stand one after the other, as the language of the page writes it. */
export const comma = (): string => (i18n.locale === 'en' ? ', ' : '、');
