import { beforeEach, describe, expect, it } from 'vitest';
import { requestPack } from '../../packs/requests.ts';
import { onlyReads } from '../../packs/reads.ts';
import type { Gate } from '../../platform/gates.ts';
import type { ActionRecord } from '../../platform/record.ts';
import { requestRecorder, type ObservedRequest } from './requests.ts';

const gate: Gate = {
  console: 'flows',
  name: 'Flows',
  hosts: ['flows.example'],
  mode: 'watch',
  access: 'change',
  base: 'change',
  session: 'S'.repeat(22),
  grant: '',
  until: 0,
  basis: 'approved',
  server: 'answers',
  cutoff: 0,
  record: 'actions',
  pack: 'node-red',
  reads: [],
  start: '',
};
let gates: Gate[];
let kept: Map<string, ActionRecord>;
let active: boolean | undefined;
let recorder: ReturnType<typeof requestRecorder>;

beforeEach(() => {
  gates = [gate];
  kept = new Map();
  active = undefined;
  recorder = requestRecorder({
    gates: () => Promise.resolve(gates),
    reads: () => Promise.resolve(['POST /api/query', 'POST /search*']),
    pack: requestPack,
    write: (record) => Promise.resolve(void kept.set(record.id, structuredClone(record))),
    records: () => Promise.resolve([...kept.values()]),
    remove: (id) => Promise.resolve(void kept.delete(id)),
    active: () => Promise.resolve(active),
  });
});

const request = (method: string, path: string, more: Partial<ObservedRequest> = {}): ObservedRequest => ({
  requestId: '1',
  method,
  url: `http://flows.example:1880${path}`,
  tabId: 1,
  documentUrl: 'http://flows.example:1880/?token=abc',
  ...more,
});
const all = () => [...kept.values()];
const words = () => all().map((one) => one.detail.words);
const press = (expects: string, name?: string): ActionRecord => ({
  id: 'P'.repeat(22),
  at: Date.now(),
  kind: 'did',
  console: 'flows',
  session: gate.session,
  trusted: true,
  detail: { words: 'Pressed something', target: 'inject "Night backup"' },
  hold: Date.now() + 1000,
  expects,
  ...(name === undefined ? {} : { name }),
});

describe('requests that change something', () => {
  it('are one action each, first without and then with the status', async () => {
    await recorder.started(request('DELETE', '/queues/orders?sig=abc'));
    expect(words()).toEqual(['DELETE /queues/orders']);
    expect(all()[0]).toMatchObject({ kind: 'requested', session: gate.session });
    expect(all()[0]?.hold).toBeGreaterThan(Date.now());
    await recorder.done(request('DELETE', '/queues/orders?sig=abc'), '204');
    expect(words()).toEqual(['DELETE /queues/orders (204)']);
    expect(all()[0]?.hold).toBeUndefined();
    expect(all()[0]?.detail.request).toBe('DELETE http://flows.example:1880/queues/orders?sig=*** 204');
    expect(all()[0]?.detail.page).toBe('http://flows.example:1880/?token=***');
  });

  it('that the console sends on are told with its answer; where the method stays, the next one is told too', async () => {
    await recorder.started(request('POST', '/queues'));
    // The browser says both in one turn, under one id.
    const answered = recorder.done(request('POST', '/queues'), '307');
    await recorder.started(request('POST', '/queues/new'));
    await answered;
    await recorder.done(request('POST', '/queues/new'), '303');
    await recorder.started(request('GET', '/queues/7'));
    await recorder.done(request('GET', '/queues/7'), '200');
    expect(all().map(({ detail }) => detail.request)).toEqual([
      'POST http://flows.example:1880/queues 307',
      'POST http://flows.example:1880/queues/new 303',
    ]);
    expect(all().filter(({ hold }) => hold !== undefined)).toEqual([]);
  });

  it('leave reading, other hosts, the policy’s reads and consoles of times alone', async () => {
    await recorder.started(request('GET', '/flows'));
    await recorder.started(request('POST', '/x', { url: 'http://flows.example.evil/x' }));
    await recorder.started(request('POST', '/api/query'));
    await recorder.started(request('POST', '/search/1'));
    await recorder.started(request('POST', '/settings/user'));
    gates = [{ ...gate, record: 'times' }];
    await recorder.started(request('POST', '/flows'));
    expect(kept.size).toBe(0);
    expect(onlyReads(['POST /api/query'], 'POST /api/query2')).toBe(false);
  });

  it('are told in the pack’s words, failures included', async () => {
    await recorder.started(request('POST', '/flows'));
    await recorder.done(request('POST', '/flows'), '204');
    expect(words()).toEqual(['Deployed flows (POST /flows)']);
    expect(all()[0]?.kind).toBe('did');
    await recorder.started(request('POST', '/flows', { requestId: '2' }));
    await recorder.done(request('POST', '/flows', { requestId: '2' }), '409');
    expect(words()[1]).toBe('Deployed flows (POST /flows, 409)');
  });

  it('are told in the pack’s words without a secret in their path', async () => {
    await recorder.started(request('DELETE', '/flow/ghp_16C7e42F292c6912E7710c838347Ae178B4a'));
    expect(words()).toEqual(['Deleted flow *** (DELETE /flow/***)']);
  });

  it('take in the press that led to them, by its name, whichever is written first', async () => {
    const path = '/inject/f1a0c0de00000002';
    const one = press(`POST ${path}`, 'Night backup');
    const expected = {
      id: one.id,
      at: one.at,
      kind: 'did',
      trusted: true,
      detail: {
        words: `Triggered inject "Night backup" (POST ${path})`,
        target: 'inject "Night backup"',
        request: `POST http://flows.example:1880${path} 200`,
      },
    };
    kept.set(one.id, one);
    await recorder.started(request('POST', path));
    await recorder.done(request('POST', path), '200');
    expect(all()).toHaveLength(1);
    expect(all()[0]).toMatchObject(expected);
    kept.clear();
    await recorder.started(request('POST', path));
    kept.set(one.id, one);
    await recorder.done(request('POST', path), '200');
    expect(all()).toHaveLength(1);
    expect(all()[0]).toMatchObject(expected);
  });

  it('do not take in a press for something else', async () => {
    const one = press('POST /inject/f1a0c0de0000000');
    kept.set(one.id, one);
    await recorder.started(request('POST', '/inject/f1a0c0de00000002'));
    expect(kept.size).toBe(2);
  });

  it('are a person’s right after an act, or while the tab is active, and in doubt; else by script', async () => {
    await recorder.started(request('POST', '/a'));
    active = false;
    await recorder.started(request('POST', '/b'));
    active = true;
    await recorder.started(request('POST', '/c'));
    await recorder.started(request('POST', '/d', { tabId: -1 }));
    recorder.acted({ console: 'flows', trusted: false, kind: 'clicked', at: Date.now() });
    await recorder.started(request('POST', '/e', { tabId: -1 }));
    recorder.acted({ console: 'flows', trusted: true, kind: 'clicked', at: Date.now() });
    await recorder.started(request('POST', '/f', { tabId: -1 }));
    expect(all().map((one) => one.trusted)).toEqual([true, false, true, false, false, true]);
  });
});
