/** In the order in which they are told apart: most programs also claim to be one further down. */
const PROGRAMS = [
  ['MicroMessenger', /MicroMessenger\//],
  ['Edge', /Edg(?:e|A|iOS)?\//],
  ['Opera', /OPR\//],
  ['Firefox', /(?:Firefox|FxiOS)\//],
  ['Chrome', /(?:Chrome|CriOS)\//],
  ['Safari', /Safari\//],
] as const;
const SYSTEMS = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['HarmonyOS', /HarmonyOS|OpenHarmony/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const;

const LONGEST = 40;

/** A signed-in device as its owner would know it: "Chrome · Windows". What is not known is shown as it called itself, in short. */
export function deviceOf(userAgent: string): string {
  const known = [PROGRAMS, SYSTEMS].map((kinds) => kinds.find(([, mark]) => mark.test(userAgent))?.[0]);
  const named = known.filter((each) => each !== undefined).join(' · ');
  if (named !== '') return named;
  return userAgent.length > LONGEST ? `${userAgent.slice(0, LONGEST)}…` : userAgent;
}
