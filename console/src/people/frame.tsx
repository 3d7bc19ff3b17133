import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { type Catalogs, LANGUAGES, type Language, preferredLanguage, speak } from '../i18n/language.ts';
import { LiveRegion } from '../ui/live-region.tsx';
import { type Theme, THEMES, useTheme } from '../ui/theme.ts';
import './people.css';
import { useService } from './service.ts';
import { useCommon } from './texts.ts';

const NAMES: Readonly<Record<Language, string>> = { 'zh-CN': '中文', en: 'English' };

interface FrameProps {
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly catalogs: Catalogs;
}

/** One column, readable on a phone: what it is, the words, and below them language and appearance. */
export function Frame({ title, children, catalogs }: FrameProps): ReactNode {
  const { say, language } = useCommon();
  const { theme, choose } = useTheme();
  const service = useService();
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {say('common.skip')}
      </a>
      <header className="top">
        <div className="brand">
          <span>{service}</span>
          {title}
        </div>
        <div className="languages" role="group" aria-label={say('common.language')}>
          {LANGUAGES.map((each) => (
            <button
              key={each}
              type="button"
              className="quiet"
              lang={each}
              aria-pressed={each === language}
              onClick={() => void speak(each, catalogs)}
            >
              {NAMES[each]}
            </button>
          ))}
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer className="bottom">
        <label htmlFor="theme">{say('common.theme')}</label>
        <select id="theme" value={theme} onChange={(event) => choose(event.target.value as Theme)}>
          {THEMES.map((each) => (
            <option key={each} value={each}>
              {say(`theme.${each}`)}
            </option>
          ))}
        </select>
      </footer>
      <LiveRegion />
    </div>
  );
}

/** Loads the words first: nothing is shown in the wrong language and then in the right one. */
export async function show(page: ReactNode, catalogs: Catalogs): Promise<void> {
  const root = document.getElementById('root');
  if (!root) throw new Error('no root element');
  await speak(preferredLanguage(), catalogs);
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>{page}</I18nProvider>
    </StrictMode>,
  );
}
