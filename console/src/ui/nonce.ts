/** The nonce of this page, which the service wrote into it: antd's generated style elements carry it (strict CSP). */
export const pageNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
