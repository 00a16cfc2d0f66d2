import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { Person } from './person.ts';
import { type SoftBrowser, refused } from './soft-browser.ts';
import { type TestServer, startServer } from './start.ts';

export interface Story {
  server: TestServer;
  ana: Person;
  ben: Person;
  /** Ana's session that was approved, lengthened and handed back. */
  decided: GrantView;
  /** The one that nobody decided, lengthened and revoked. */
  selfApproved: GrantView;
}

const handBack = (browser: SoftBrowser, grant: string) =>
  call(browser.send, wire.endGrant, { params: { grant }, body: { end: browser.end(grant) } });

/** A log made by the real server in which everything happens that a touch or a browser key can make happen. */
export async function tellStory(): Promise<Story> {
  const server = await startServer();
  const { admin } = server;
  const ana = await server.person('ana', ['engineer'], { algorithm: 'Ed25519' });
  const ben = await server.person('ben', ['engineer', 'approver'], { algorithm: 'RS256' });
  const cleo = await server.person('cleo', ['auditor'], { attestation: 'packed', synced: true });
  const browser = await ana.pair();

  // Asked, approved, started, used, lengthened, handed back; one action comes after the end.
  const asked = await ana.ask(browser, { console: 'vault', seconds: 1800 });
  await ben.decide(asked, 'approve');
  const decided = await ana.activate(browser, asked.id);
  const { session = '' } = decided;
  const act = (words: string, at = server.clock.wall()) =>
    browser.batch([{ console: 'vault', session, words, at: Math.trunc(at) }]);
  await browser.deliver(act('Opened the vault'));
  await browser.deliver(
    browser.batch([
      { console: 'vault', session, words: 'Looked at a secret' },
      { console: 'queue', words: 'Looked at the queue' },
    ]),
  );
  const more = await ana.ask(browser, { console: 'vault', seconds: 900, extends: decided.id });
  await ben.decide(more, 'approve', { until: decided.until + 300_000 });
  await handBack(browser, decided.id);
  await browser.deliver(act('Deployed after the end', server.clock.wall() + 60_000));

  // Opened by an own touch, lengthened by another, revoked.
  const open = await ana.ask(browser, { console: 'queue', seconds: 900 });
  await ana.activate(browser, open.id);
  const longer = await ana.ask(browser, {
    console: 'queue',
    seconds: 900,
    extends: open.grant?.id ?? grantOf(),
  });
  const selfApproved = await ana.activate(browser, longer.id);
  await ben.revoke(selfApproved.id);

  // Refused, withdrawn, tried by somebody who may not.
  await ben.decide(await ana.ask(browser, { console: 'vault' }), 'deny');
  const taken = await ana.ask(browser, { console: 'vault', level: 'view' });
  const own = await ben.pair();
  await refused(admin.decide(taken, 'approve', { console: 'queue' }));
  await call(browser.send, wire.withdraw, {
    params: { request: taken.id },
    body: { withdrawal: browser.withdrawal(taken.id) },
  });

  // People and keys change; ana's new key signs, her first one is gone.
  const second = await ana.addKey();
  const first = ana.key;
  ana.key = second;
  await call(ana.send, wire.removeKey, {
    body: { touch: await ana.touch('key-removal', { removed: first.id }) },
  });
  await admin.changeRoles(cleo.id, ['auditor', 'approver']);
  await call(ben.send, wire.unpair, { params: { browser: own.id }, body: {} });
  await admin.disable(cleo.id);
  const code = await admin.reset(ben.id);
  const again = server.stranger('ben');
  await again.enrol(code);
  // What Ben asks for waits.
  await again.ask(await again.pair(), { console: 'vault' });
  await again.decide(await ana.ask(browser, { console: 'vault', level: 'view', seconds: 900 }), 'approve');
  return { server, ana, ben: again, decided, selfApproved };

  function grantOf(): string {
    for (const [id, { request }] of server.services.log.state.all('grant'))
      if (request === open.id) return id;
    throw new Error('nothing was opened');
  }
}
