import { useCommon } from './texts.ts';

/** Whose pages these are, as the operator named it (`runtime.serviceName`); "this service" where nobody did. */
export function useService(): string {
  const { say, language } = useCommon();
  const told = document.querySelector<HTMLMetaElement>('meta[name="service"]');
  const name = (language === 'en' ? told?.dataset['en'] : told?.content) ?? '';
  return name === '' || name.startsWith('__') ? say('common.service') : name;
}
