// Runs a built file, building first when there is no build yet: `npm run token` works before `npm start` ever did.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const [file, ...args] = process.argv.slice(2);
if (!existsSync(file)) {
  const build = spawnSync('npm', ['run', '-s', 'build'], { stdio: ['ignore', 2, 2] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
const run = spawnSync(process.execPath, ['--enable-source-maps', file, ...args], { stdio: 'inherit' });
process.exit(run.status ?? 1);
