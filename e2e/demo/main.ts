import { spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Page } from '@playwright/test';
import { assemble, type Cast } from './setup.ts';
import { tellStory } from './scenario.ts';

/**
 * `npm run demo`: the main job from an empty data folder, in real browsers, against real consoles. With a display it
 * leaves the engineer's and the approver's windows to the user; without one it runs by itself and ends.
 */
const project = join(import.meta.dirname, '../..');
const pictures = join(project, '.cache/demo');
const headed =
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

function build(what: string): void {
  const { status } = spawnSync('npm', ['run', '--silent', what], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`npm run ${what} failed; the lines above say why.`);
}

let told = 0;
async function tell(sentence: string, page: Page, name: string): Promise<void> {
  told += 1;
  const path = join(pictures, `${String(told).padStart(2, '0')}-${name}.png`);
  await page.screenshot({ path });
  console.log(`${String(told).padStart(2)}. ${sentence}\n    ${relative(process.cwd(), path)}`);
}

/** A first page for a window that says whose it is and what to try. */
async function label(page: Page, role: string, sentences: string, address: string): Promise<void> {
  await page.goto('about:blank');
  await page.setContent(
    `<title>${role}</title><body style="font:16px/1.6 system-ui;max-width:34em;margin:12vh auto;color-scheme:light dark">
    <h1>${role}</h1><p>${sentences}</p><p><a href="${address}">${address}</a></p>`,
  );
  await page.bringToFront();
}

/** Leaves the two windows to the user until both are closed. */
async function handOver({ ben, cleo, nodeRed, server }: Cast): Promise<void> {
  const nodeRedAddress = `${nodeRed.origin('nodered.localhost')}/`;
  const pages = await Promise.all([ben.context.newPage(), cleo.context.newPage()]);
  await label(
    pages[0],
    'Engineer: ben',
    'This browser has the extension and a virtual key that touches by itself. Open Node-RED, ask, and start once the approver has decided.',
    nodeRedAddress,
  );
  await label(
    pages[1],
    'Approver: cleo',
    'This window has another virtual key. Requests appear in the inbox; approve them, watch them live, revoke them, verify the log.',
    `${server.origin}/`,
  );
  console.log('\nTwo windows are yours, each with a virtual key: the engineer ben and the approver cleo.');
  console.log(`Node-RED is at ${nodeRedAddress}, the companion at ${server.origin}/.`);
  console.log('Close both windows, or press Ctrl+C, to end.');
  const closed = [ben.context, cleo.context].map(
    (context) =>
      new Promise((resolve) => {
        context.once('close', resolve);
        context.browser()?.once('disconnected', resolve);
      }),
  );
  const interrupted = new Promise((resolve) => process.once('SIGINT', resolve));
  await Promise.race([Promise.all(closed), interrupted]);
}

let cast: Cast | undefined;
try {
  console.log('Building the companion and the extension …');
  build('build:web');
  build('build:extension');
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  console.log(
    'Starting the server on an empty data folder, Node-RED and the browsers; enrolling three people …\n',
  );
  cast = await assemble(headed, console.log);
  await tellStory(cast, tell);
  console.log(`\nAll ${told} sentences are true.`);
  if (headed) await handOver(cast);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await cast?.close();
}
