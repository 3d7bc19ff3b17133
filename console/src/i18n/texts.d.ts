declare module '*.texts.json?language=zh-CN' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}

declare module '*.texts.json?language=en' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}
