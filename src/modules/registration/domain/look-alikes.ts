import { CONFUSABLES } from './confusables-data.js';

/**
 * What UTS #39 leaves out because an identifier may hold both, and a hurried reader takes for the same: letters with
 * marks, small Cyrillic and Greek, digits and signs that stand for letters.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: '4@аαɑạąăâáàäãåāǎᴀ',
  b: 'ьЬвβƅ฿ʙ',
  c: 'сϲςçćčↄᴄ',
  d: 'ԁďđɗᴅð',
  e: '3еєεëéèêēėęěɛ℮ᴇ',
  f: 'ƒғꜰ',
  g: 'ɡցğģǥɢ',
  h: 'һнհħʜ',
  i: 'іїιıíìîïīįl1|!ӏǀɪʟ',
  j: 'јϳʝᴊ',
  k: 'кκķƙᴋ',
  m: 'мɱᴍ',
  n: 'пηոñńňņɴ',
  o: '0оοօσøóòôöõōőӧ○〇ᴏ',
  p: 'рρþᴘ',
  q: 'ԛգ',
  r: 'гɾŕřяʀ',
  s: 'ѕ5$śšşșꜱ',
  t: '7тτţťț+ᴛ',
  u: 'υսцúùûüũūůűᴜ',
  v: 'νѵ∨ᴠ',
  w: 'ԝωшѡᴡ',
  x: 'хχ×',
  y: 'уγүýÿʏ',
  z: 'ᴢžźż2',
};

/** Traditional forms of the characters that names are posed with, each before its simplified one. */
const TRADITIONAL =
  '員员 號号 務务 統统 係系 護护 運运 營营 審审 據据 線线 電电 國国 網网 辦办 ' +
  '檢检 華华 報报 聞闻 訊讯 處处 臺台 總总 團团 隊队 險险 資资 軟软 體体 證证 ' +
  '認认 錄录 製制 導导 級级 組组 長长 訴诉 維维 權权 衛卫 監监 誌志 會会 議议 ' +
  '財财 點点 門门 開开 關关 聯联 絡络 繫系 專专 業业 機机 構构';

/** Other characters that pass for one of a protected name at a glance: the stranger first. */
const LIKE_HAN =
  '宦官 宫官 宮官 菅管 筦管 埋理 里理 俚理 貝员 贝员 圆员 圓员 贠员 容客 愙客 ' +
  '喀客 朋服 脤服 万方 坊方 芳方 纺方 入人 亻人 壬人 八人 糸系 紌统 硝消 恩息 ' +
  '熄息 案安 桉安 㕣公 冈网 罔网 伩信 婶审 宙审 骸核 垦工 土工 昨作 柞作 乍作 ' +
  '探深 琛深 渡度 球求 俅求 素索 荬索 杜社 斩新 祈新 桦华 毕华';

const pairs = (text: string): [string, string][] => text.split(' ').map((pair) => [pair.charAt(0), pair.slice(1)]);

const HAN = new Map([...pairs(LIKE_HAN), ...pairs(TRADITIONAL)]);

const LATIN = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

const CONFUSED = new Map(
  CONFUSABLES.flatMap(([like, sources]) => sources.split(' ').map((source) => [source, like] as const)),
);

/** What one character, NFKC-folded, looks like: small letters, digits or Han. Capitals first: Н looks like H, н does not. */
export function likenessOf(character: string): string {
  const small = character.toLowerCase();
  const seen = LATIN.get(small) ?? CONFUSED.get(character) ?? CONFUSED.get(small) ?? small;
  let likeness = '';
  for (const part of seen.normalize('NFD')) {
    // A prototype of UTS #39 may itself be one of two that we take for the same (l and i).
    for (const letter of CONFUSED.get(part) ?? part) likeness += HAN.get(letter) ?? LATIN.get(letter) ?? letter;
  }
  return likeness;
}
