import { readFileSync, readdirSync } from 'node:fs';

const TICK_MS = 10;

const stat = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1], ms: (fields[11] + fields[12]) * TICK_MS, endedMs: (fields[13] + fields[14]) * TICK_MS };
};

/** CPU time of one process so far, in milliseconds; NaN where there is no /proc. */
export function cpuOf(pid) {
  try {
    return stat(pid).ms;
  } catch {
    return Number.NaN;
  }
}

const READINGS = 50;

/** CPU time of a PostgreSQL and all its backends so far, in milliseconds. */
export function cpuOfPostgres(folder) {
  try {
    const postmaster = Number(readFileSync(`${folder}/postgres/postmaster.pid`, 'utf8').split('\n')[0]);
    let reading = readOnce(postmaster);
    // A backend that ended while it was looked for stands neither among the living nor yet among the ended.
    for (let i = 0; i < READINGS && reading.somebodyEnded; i += 1) reading = readOnce(postmaster);
    return reading.total;
  } catch {
    return Number.NaN;
  }
}

function readOnce(postmaster) {
  const own = stat(postmaster);
  let total = own.ms + own.endedMs;
  let somebodyEnded = false;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const one = stat(entry);
      if (one.parent === postmaster) total += one.ms;
    } catch {
      somebodyEnded = true;
    }
  }
  return { total, somebodyEnded: somebodyEnded || stat(postmaster).endedMs !== own.endedMs };
}
