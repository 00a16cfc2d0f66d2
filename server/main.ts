import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from './config.ts';
import { greeting } from './greeting.ts';
import { verifierFile } from './evidence/index.ts';
import { takeKeys } from './log/index.ts';
import { webFolder } from './http/index.ts';
import { startServer } from './start.ts';

/** `npm start`: builds the pages if they are missing, starts the server, says where to go, stops on a signal. */

/** EX_TEMPFAIL of sysexits.h: a supervisor that starts again on failure does so. */
const startAgain = 75;

function buildPages(): void {
  if (existsSync(join(webFolder, 'index.html')) && existsSync(verifierFile)) return;
  const project = fileURLToPath(new URL('..', import.meta.url));
  const vite = join(project, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite))
    throw new Error(
      'The pages are not built and Vite is not installed. Run `npm install`, then start again.',
    );
  process.stdout.write('Building the companion pages, once …\n');
  const built = spawnSync(
    process.execPath,
    [vite, 'build', '--config', 'server/web/vite.config.ts', '--logLevel', 'warn'],
    {
      cwd: project,
      stdio: 'inherit',
    },
  );
  if (built.status !== 0) throw new Error('The pages could not be built; the lines above say why.');
}

try {
  takeKeys(); // before anything is started that would inherit them
  const config = readConfig(process.env);
  buildPages();
  const running = await startServer(config);
  for (const line of greeting(running.services)) process.stdout.write(`${line}\n`);
  let stopping = false;
  const stop = (code: number, why = ''): void => {
    process.stderr.write(why);
    if (stopping) process.exit(1);
    stopping = true;
    void running.close().then(() => process.exit(code));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(0));
  void running.restartNeeded.then((why) => stop(startAgain, `${why}\n`));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
