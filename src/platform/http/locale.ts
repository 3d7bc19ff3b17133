export type Locale = 'zh-CN' | 'en';

/** zh-CN unless the request ranks English higher (RFC 9110, 12.5.4). */
export function localeOf(acceptLanguage: string | undefined): Locale {
  let best: { locale: Locale; quality: number } | undefined;
  for (const part of (acceptLanguage ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const locale: Locale | undefined = tag.startsWith('en') ? 'en' : tag.startsWith('zh') ? 'zh-CN' : undefined;
    if (locale === undefined) continue;
    const q = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find((v) => v !== undefined);
    const quality = q === undefined ? 1 : Number(q);
    if (quality > (best?.quality ?? 0)) best = { locale, quality };
  }
  return best?.locale ?? 'zh-CN';
}
