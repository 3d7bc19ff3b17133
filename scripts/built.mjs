// Runs a built file, building first when there is no build yet or a source is newer: `npm run token` works before
// `npm start` ever did, and `npm run migrate` after a pull knows the migrations that came with it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [file, ...args] = process.argv.slice(2);

const changedAt = (folder) =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
/** An image has the build and not the sources. */
const isOld = () => existsSync('src') && Math.max(changedAt('src'), changedAt('migrations')) > statSync(file).mtimeMs;

const build = (script) => {
  const { status } = spawnSync('npm', ['run', '-s', script], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
};
if (!existsSync(file)) build('build');
else if (isOld()) build('build:service');

const run = spawnSync(process.execPath, ['--enable-source-maps', file, ...args], { stdio: 'inherit' });
process.exit(run.status ?? 1);
