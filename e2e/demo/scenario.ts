import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { flows } from '../consoles/node-red-flows.ts';
import type { Cast } from './setup.ts';
import { changeOneByte, copyLog } from './copy.ts';

/** Says one sentence that was just found to be true, with a picture of it. */
export type Tell = (sentence: string, page: Page, name: string) => Promise<void>;

const project = join(import.meta.dirname, '../..');
const byName = (name: string): string => flows.find((node) => 'name' in node && node.name === name)?.id ?? '';

function must(truth: boolean, sentence: string): void {
  if (!truth) throw new Error(`This should be true and is not: ${sentence}`);
}

/**
 * The story: asked in the page, countersigned with a key, timed, recorded, revoked, proven. Each sentence is told only
 * after something outside the part it praises has shown it: the console's own access log, or a verifier over copied files.
 */
export async function tellStory(cast: Cast, tell: Tell): Promise<void> {
  const { ben, cleo, nodeRed, server, browser } = cast;
  const address = `${nodeRed.origin('nodered.localhost')}/`;
  nodeRed.clear();

  const tab = await browser.context.newPage();
  await tab.goto(address).catch(() => undefined);
  await tab.getByRole('heading', { name: 'Node-RED' }).waitFor();
  await tab.getByRole('radio', { name: '15 minutes' }).waitFor();
  must(nodeRed.log.length === 0, "Node-RED's own access log is empty");
  await tell('Node-RED is shut: ben opened it, and its own access log has 0 requests.', tab, 'shut');

  await tab.getByRole('radio', { name: '15 minutes' }).check();
  await tab
    .getByLabel('Justification')
    .fill('Night backup did not run; I want to start it by hand and fix the schedule');
  await tab.getByLabel(/Ticket or incident/).fill('INC-2041');
  await tab.getByRole('button', { name: /^Request access/ }).click();
  await tab.getByText('Waiting for approval').waitFor();
  await tab.getByText('cleo').first().waitFor();
  await tell(
    'Requested, without a touch: ben waits, and sees that cleo can approve and is online.',
    tab,
    'asked',
  );

  const office = cleo.page;
  await office.waitForFunction(() => document.title.startsWith('(1)'));
  await office.getByRole('link', { name: /ben/ }).first().click();
  const approve = office.getByRole('button', { name: 'Approve with your key' });
  await approve.waitFor();
  must(await office.getByText('INC-2041').isVisible(), 'the approver sees the ticket');
  await tell(
    'The approver, told without reloading, reads who requests what, why and until when.',
    office,
    'terms',
  );
  await approve.click();
  const start = tab.getByRole('button', { name: /^Start/ });
  await start.waitFor();
  must(nodeRed.log.length === 0, 'still nothing has reached Node-RED');

  const opening = browser.context.waitForEvent('page');
  await start.click();
  const window = await opening;
  await ben.key.attach(window);
  const begin = window.getByRole('button', { name: /^Start with/ });
  await begin.waitFor();
  await begin.click();
  await tab.locator('#red-ui-workspace-chart .red-ui-flow-node-group').first().waitFor();
  must(
    nodeRed.log.some(({ method, url }) => method === 'GET' && url === '/'),
    'Node-RED served its page',
  );
  await tell('Open after one touch of each key, at the address first asked for.', tab, 'open');

  await tab.locator(`#${byName('Night backup')} .red-ui-flow-node-button-button`).click();
  await tab.locator(`#${byName('Rotate keys')} rect.red-ui-flow-node`).dblclick();
  await tab.locator('#node-input-name').fill('Rotate keys nightly');
  await tab.locator('#node-dialog-ok').click();
  await tab.locator('#red-ui-header-button-deploy:not(.disabled)').click();
  await tab.getByText('Successfully deployed').first().waitFor();
  const posted = (url: string): boolean =>
    nodeRed.log.some((access) => access.method === 'POST' && access.url === url);
  must(posted('/flows'), 'Node-RED took the flows');
  must(posted(`/inject/${byName('Night backup')}`), 'Node-RED took the inject');
  const acted = Date.now();
  await tell(
    "ben started “Night backup” and deployed a flow: Node-RED's log has POST /inject and POST /flows.",
    tab,
    'deployed',
  );

  await office.goto(`${server.origin}/live`);
  await office
    .getByText(/Deployed flows/)
    .first()
    .waitFor();
  await office
    .getByText(/Triggered inject .*Night backup/)
    .first()
    .waitFor();
  await tell(
    `The live view says the same in words, ${((Date.now() - acted) / 1000).toFixed(1)} s after Node-RED's own log, the time for a picture included.`,
    office,
    'live',
  );

  await office
    .getByRole('button', { name: /^Revoke/ })
    .first()
    .click();
  const dialog = office.getByRole('dialog');
  await dialog.getByRole('textbox').fill('The schedule is changed in the morning, by two people');
  await dialog.getByRole('button', { name: /^Revoke/ }).click();
  await tab.getByText('Access was revoked by cleo').waitFor();
  for (let tries = 0; nodeRed.sockets().length > 0 && tries < 100; tries++) await tab.waitForTimeout(20);
  must(nodeRed.sockets().length === 0, 'Node-RED has no open socket left');
  const revokedAt = await revocation(cast);
  const closedAt = Math.max(...nodeRed.log.filter(({ kind }) => kind === 'ws-close').map(({ at }) => at));
  await tell(
    `Revoked: Node-RED saw its last socket closed ${closedAt - revokedAt} ms after the entry in the log, and the tab is on the gate.`,
    tab,
    'revoked',
  );
  nodeRed.clear();
  await tab.reload().catch(() => undefined);
  await tab.goto(address).catch(() => undefined);
  await tab.getByText(/Request again/).waitFor();
  must(nodeRed.log.length === 0, 'nothing reached Node-RED after the end');

  await office.goto(`${server.origin}/sessions`);
  await office
    .getByRole('link', { name: /Node-RED/ })
    .first()
    .click();
  for (const words of [
    /Requested access to change/,
    /Approved ben/,
    /Started/,
    /Triggered inject/,
    /Deployed flows/,
    /Revoked the access/,
  ])
    await office.getByText(words).first().waitFor();
  await tell(
    'The timeline holds it all: request, approval and its key, start, every action, how it ended.',
    office,
    'timeline',
  );

  await office.getByRole('button', { name: 'Verify', exact: true }).click();
  await office.getByText('Verified in this page').waitFor();
  await tell(
    'Verify is green: the page checked raw tiles, every signature and the pinned key.',
    office,
    'verified',
  );

  const folder = await mkdtemp(join(tmpdir(), 'countersign-copy-'));
  try {
    const size = await copyLog(cleo.context, server.origin, folder);
    const copied = fsck(cast, folder);
    must(copied.status === 0, `the copy verifies\n${copied.output}`);
    const index = Math.floor(size / 2);
    await changeOneByte(folder, size, index);
    const { status, output } = fsck(cast, folder);
    must(status === 1, 'the changed copy fails');
    must(new RegExp(`\\b[Ee]ntry ${index}\\b`).test(output), `the verdict names entry ${index}`);
    const verdict = output.trim().split('\n').at(-1) ?? '';
    await showVerdict(office, index, size, output);
    await tell(
      `One byte of a copy of the log changed, and countersign log fsck is red: “${verdict}”`,
      office,
      'tampered',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** When the revocation was written, by the log's own time. */
async function revocation({ cleo, server }: Cast): Promise<number> {
  const answer = await cleo.context.request.get(`${server.origin}/api/log/entries?type=grant.ended`);
  const { entries } = (await answer.json()) as { entries: { at: number }[] };
  return entries[0]?.at ?? NaN;
}

function fsck({ logKey }: Cast, folder: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['server/cli/countersign.mjs', 'log', 'fsck', folder, '--key', logKey],
    { cwd: project, encoding: 'utf8' },
  );
  return { status, output: stdout + stderr };
}

/** The command's words as a page, for the picture. */
async function showVerdict(page: Page, index: number, size: number, output: string): Promise<void> {
  await page.goto('about:blank');
  const text = `$ countersign log fsck copy-of-the-log   # one byte of entry ${index} of ${size} changed\n\n${output}`;
  await page.setContent(
    '<body style="margin:32px;background:#16150f;color:#e9e6dc"><pre style="font:14px/1.6 ui-monospace,monospace;white-space:pre-wrap"></pre>',
  );
  await page.locator('pre').evaluate((element, words) => (element.textContent = words), text);
}
