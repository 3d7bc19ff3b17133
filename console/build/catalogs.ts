import { compileMessage } from '@lingui/message-utils/compileMessage';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Plugin } from 'vite';

const LANGUAGES = ['zh-CN', 'en'] as const;
type Texts = Record<string, Record<(typeof LANGUAGES)[number], string>>;

const IMPORT = /^(.*\.texts\.json)\?language=(zh-CN|en)$/;
const MARK = '\0texts:';

/**
 * `import { messages } from './staff.texts.json?language=en'`: one language of a file that holds each text in both,
 * side by side, compiled for Lingui. One lazy chunk a language; a text without its translation fails the build.
 */
export function catalogs(): Plugin {
  return {
    name: 'catalogs',
    enforce: 'pre',
    resolveId(source, importer) {
      const found = IMPORT.exec(source);
      if (!found?.[1] || importer === undefined) return undefined;
      return `${MARK}${found[2]}:${resolve(dirname(importer), found[1])}.js`;
    },
    load(id) {
      if (!id.startsWith(MARK)) return undefined;
      const [, language, path] = /^\0texts:(zh-CN|en):(.*)\.js$/.exec(id) ?? [];
      if (language === undefined || path === undefined) return undefined;
      this.addWatchFile(path);
      const texts = JSON.parse(readFileSync(path, 'utf8')) as Texts;
      const messages = Object.fromEntries(
        Object.entries(texts).map(([key, pair]) => {
          for (const each of LANGUAGES) if (!pair[each]) throw new Error(`${path}: "${key}" has no ${each} text`);
          return [key, compileMessage(pair[language as (typeof LANGUAGES)[number]])];
        }),
      );
      return `export const messages = JSON.parse(${JSON.stringify(JSON.stringify(messages))});`;
    },
  };
}
