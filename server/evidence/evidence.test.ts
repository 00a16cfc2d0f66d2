import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#shared/bytes.ts';
import { said, verifyZip } from '../testing/bundles.ts';
import { countersign } from '../testing/command.ts';
import type { Person } from '../testing/person.ts';
import { type Story, tellStory } from '../testing/scenario.ts';

let story: Story;
let cleo: Person;
let pins: { logKey: string; genesis: string };
beforeAll(async () => {
  story = await tellStory();
  cleo = await story.server.person('cleo-again', ['auditor']);
  const { verifierKey, genesis } = story.server.services.log;
  pins = { logKey: verifierKey, genesis };
});
afterAll(() => story.server.remove());

const take = async (person: Person, query: Record<string, string>, headers: Record<string, string> = {}) => {
  const address = `${story.server.origin}/api/evidence?${new URLSearchParams(query)}`;
  const answer = await fetch(address, { headers: { cookie: person.cookie, ...headers } });
  return { answer, blob: await answer.blob() };
};
const codeOf = async (blob: Blob) =>
  (JSON.parse(await blob.text()) as { error: { code: string } }).error.code;
const added = async (act: () => Promise<unknown>) => {
  const { size } = story.server.services.log;
  await act();
  return story.server.entries(size).filter(({ type }) => type !== 'attempt.refused');
};

describe('evidence from the companion', () => {
  test('an auditor takes every cut, each holds, and the log says who took what', async () => {
    for (const cut of [
      { kind: 'all' },
      { kind: 'session', session: story.decided.session ?? '' },
      { kind: 'person', person: story.ana.id },
      { kind: 'console', console: 'vault' },
      { kind: 'period', from: '0', to: String(Date.now() + 3_600_000) },
    ]) {
      const entries = await added(async () => {
        const { answer, blob } = await take(cleo, cut);
        expect(answer.headers.get('content-type')).toBe('application/zip');
        expect(answer.headers.get('content-disposition')).toMatch(
          /^attachment; filename="countersign-evidence-/,
        );
        expect(answer.headers.get('cache-control')).toBe('no-store');
        const { verdict } = await verifyZip(blob, pins);
        expect(verdict.state, verdict.sentence).toBe('ok');
      });
      expect(entries).toMatchObject([
        { type: 'evidence.exported', body: { by: cleo.id, cut: { kind: cut.kind } } },
      ]);
    }
  });

  test('who presses Verify again on a session is named once an hour, and for every other cut each time', async () => {
    const { decided, selfApproved, server } = story;
    const taken = async (person: Person, cut: Record<string, string>) =>
      (await added(() => take(person, cut))).filter(({ type }) => type === 'evidence.exported').length;

    const cut = { kind: 'session', session: selfApproved.session ?? '' };
    let nudges = 0;
    const leave = server.services.hub.join({
      kind: 'person',
      person: cleo.id,
      send: ({ topics }) => void (nudges += topics.includes('log') ? 1 : 0),
      close: () => undefined,
    });
    expect(await taken(cleo, cut)).toBe(1);
    // A Log page that stands open shows it.
    await expect.poll(() => nudges).toBe(1);
    expect(await taken(cleo, cut)).toBe(0);
    expect(nudges).toBe(1);
    leave?.();
    expect(await taken(server.admin, cut)).toBe(1);
    expect(await taken(cleo, { kind: 'console', console: 'vault' })).toBe(1);
    expect(await taken(cleo, { kind: 'console', console: 'vault' })).toBe(1);
    server.clock.pass(3_600_000);
    await cleo.signIn();
    expect(await taken(cleo, cut)).toBe(1);
    expect(await taken(cleo, { ...cut, session: decided.session ?? '' })).toBe(1);
  });

  test('everybody takes their own sessions, whole and unlogged, and nothing else', async () => {
    const { ana } = story;
    await ana.signIn();
    const own = await added(async () => {
      const { blob } = await take(ana, { kind: 'session', session: story.decided.session ?? '' });
      const { steps, verdict } = await verifyZip(blob, pins);
      expect(verdict.state).toBe('ok');
      expect(said(steps)).toMatch(/^(?:Every batch is included, from its start|No batch is missing)/m);
    });
    expect(own).toEqual([]);
    for (const cut of [
      { kind: 'all' },
      { kind: 'person', person: ana.id },
      { kind: 'console', console: 'vault' },
    ])
      expect(await codeOf((await take(ana, cut)).blob)).toBe('forbidden');
  });

  test("case 13: somebody else's session looks the same as one that does not exist", async () => {
    for (const session of [story.decided.session ?? '', newId()]) {
      const { answer, blob } = await take(story.ben, { kind: 'session', session });
      expect([answer.status, await codeOf(blob)]).toEqual([404, 'not_found']);
    }
  });

  test('case 69: another site cannot have it taken, nobody who is signed out takes it, and nonsense is refused', async () => {
    const other = await take(cleo, { kind: 'all' }, { 'sec-fetch-site': 'cross-site' });
    expect(await codeOf(other.blob)).toBe('wrong_origin');
    expect((await take(story.server.stranger(), { kind: 'all' })).answer.status).toBe(401);
    for (const cut of [{}, { kind: 'some' }, { kind: 'session' }, { kind: 'period', from: 'x', to: '1' }])
      expect((await take(cleo, cut as Record<string, string>)).answer.status).toBe(400);
  });

  test('the page that verifies runs what is in it and nothing else', async () => {
    const answer = await fetch(`${story.server.origin}/verify.html`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/);
    expect(policy).not.toMatch(/self|unsafe|http/);
    const page = await answer.text();
    expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)=/);
  });
});

describe('evidence by the command, on the host, beside the server', () => {
  const run = (...args: string[]) => countersign(args, { COUNTERSIGN_DATA: story.server.folder });
  const file = (): string => join(story.server.folder, 'evidence.zip');

  test('every cut is written and verifies: sentences, and exit code 0', async () => {
    const { genesis } = pins;
    for (const cut of [
      ['--session', story.decided.session ?? ''],
      ['--person', 'ana'],
      ['--console', 'vault'],
      ['--from', '2020-01-01', '--to', '2099-01-01T00:00:00Z'],
      ['--all'],
    ]) {
      const made = await run('evidence', 'export', ...cut, '-o', file());
      expect(made.err).toBe('');
      expect(made.status).toBe(0);
      const { status, out, err } = await run('verify', file(), '--genesis', genesis);
      expect(err).toBe('');
      expect(out).toMatch(/\n\nEverything .* holds?: /);
      expect(status).toBe(0);
    }
  });

  test('without pins exit code 2; edited, exit code 1, naming the entry; as JSON too', async () => {
    await run('evidence', 'export', '--session', story.decided.session ?? '', '-o', file());
    const unsure = await run('verify', file());
    expect(unsure.status).toBe(2);
    expect(unsure.out).toMatch(/who the people are is the server's word/);
    const bytes = readFileSync(file());
    const at = bytes.indexOf('entries/000.txt') + 60;
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    writeFileSync(file(), bytes);
    const edited = await run('verify', file(), '--genesis', pins.genesis, '--json');
    expect(edited.status).toBe(1);
    expect(JSON.parse(edited.out)).toMatchObject({ verdict: 'failed' });
  });

  test('what cannot be done says what to do, and leaves no file', async () => {
    rmSync(file(), { force: true });
    for (const [args, reason] of [
      [[], /Choose what to export/],
      [['--all', '--console', 'vault'], /exactly one of/],
      [['--session', newId()], /There is no session/],
      [['--person', 'nobody-here'], /Nobody in the log is called/],
      [['--from', 'yesterday'], /is not a valid time/],
    ] as const) {
      const { status, err } = await run('evidence', 'export', ...args, '-o', file());
      expect(err).toMatch(reason);
      expect(status).toBe(2);
    }
    expect(existsSync(file()) || existsSync(`${file()}.part`)).toBe(false);
    expect(await run('verify', file())).toMatchObject({
      status: 2,
      out: expect.stringMatching(/cannot be read/) as string,
    });
  });
});
