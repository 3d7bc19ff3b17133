import { jest } from '@jest/globals';

type Catalogs = Readonly<Record<'zh-CN' | 'en', () => Promise<{ readonly messages: Record<string, string> }>>>;
interface Language {
  readonly speak: (language: 'zh-CN' | 'en', catalogs: Catalogs) => Promise<void>;
  readonly addTexts: (catalogs: Catalogs) => Promise<void>;
}

/** A catalogue that comes when it is told to, as over a slow line. */
function slow(messages: Record<string, string>): { readonly catalogs: Catalogs; readonly comes: () => void } {
  let comes = (): void => undefined;
  const arrival = new Promise<void>((done) => {
    comes = done;
  });
  const load = async () => {
    await arrival;
    return { messages };
  };
  return { catalogs: { 'zh-CN': load, en: load }, comes: () => comes() };
}
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('the words of the console, in whatever order they arrive', () => {
  const stored = new Map<string, string>();
  let language: Language;
  let messages: () => Record<string, unknown>;
  beforeEach(async () => {
    stored.clear();
    const stubs = {
      localStorage: { getItem: (key: string) => stored.get(key) ?? null, setItem: stored.set.bind(stored) },
      document: { documentElement: { lang: '' } },
    };
    Object.assign(globalThis, stubs);
    jest.resetModules();
    // By name: the console is compiled by itself, with the types of a browser.
    const [module, lingui] = ['../../console/src/i18n/language.ts', '@lingui/core'];
    language = (await import(module)) as Language;
    const { i18n } = (await import(lingui)) as { i18n: { messages: Record<string, unknown> } };
    messages = () => i18n.messages;
  });
  afterAll(() => {
    for (const name of ['localStorage', 'document']) Reflect.deleteProperty(globalThis, name);
  });

  it.each([
    ['those of a page before those of the shell', ['page', 'shell']],
    ['those of the shell before those of a page', ['shell', 'page']],
  ] as const)('C33 %s: none is thrown away', async (_, order) => {
    const lines = { shell: slow({ title: 'Console' }), page: slow({ button: 'Decide' }) };
    const spoken = language.speak('en', lines.shell.catalogs);
    const added = language.addTexts(lines.page.catalogs);
    for (const name of order) {
      lines[name].comes();
      await settled();
    }
    await Promise.all([spoken, added]);
    expect(messages()).toMatchObject({ title: 'Console', button: 'Decide' });
  });

  it('C33 a page that opens while the language changes comes in the new one, and so does what was there', async () => {
    const shell: Catalogs = {
      'zh-CN': () => Promise.resolve({ messages: { title: '操作台' } }),
      en: () => Promise.resolve({ messages: { title: 'Console' } }),
    };
    await language.speak('zh-CN', shell);
    const page = slow({ button: 'Decide' });
    const asked: string[] = [];
    const told = (name: 'zh-CN' | 'en') => () => {
      asked.push(name);
      return page.catalogs[name]();
    };
    const changing = language.speak('en', shell);
    const opened = language.addTexts({ 'zh-CN': told('zh-CN'), en: told('en') });
    page.comes();
    await Promise.all([changing, opened]);
    expect(new Set(asked)).toEqual(new Set(['en']));
    expect(messages()).toMatchObject({ title: 'Console', button: 'Decide' });
  });
});
