import { hostMatches } from '#shared/policy/hosts.ts';
import type { RequestPack } from '../../packs/pack.ts';
import type { Gate } from '../../platform/gates.ts';
import { onlyReads, READ_METHODS } from '../../packs/reads.ts';
import { HOLD_MS, newRecordId, stamp, type ActionRecord } from '../../platform/record.ts';
import { redactAddress } from '../redaction/index.ts';

/**
 * Records requests that change something on a console's host, one action each: method, path and status. Bodies are
 * never asked for, so no password in one can be kept (T22). A click that a pack expected to lead to the request is
 * one record with it.
 */
export interface RequestWorld {
  gates(): Promise<Gate[]>;
  /** `METHOD /path` of the console's requests that only read; a star may end the path. */
  reads(console: string): Promise<string[]>;
  pack(name: string): RequestPack | undefined;
  write(record: ActionRecord): Promise<void>;
  /** First copies that the outbox has not taken. */
  records(): Promise<ActionRecord[]>;
  remove(id: string): Promise<void>;
  /** Did a person act in this tab within the last seconds? Undefined where nobody can tell. */
  active(tab: number): Promise<boolean | undefined>;
}

export interface ObservedRequest {
  requestId: string;
  method: string;
  url: string;
  tabId: number;
  /** The page it was sent from, where the browser says. */
  documentUrl?: string | undefined;
}

/** How long after a press its request may start, and an act counts as a person's. */
const PERSON_MS = 5000;

const leadsTo = (expects: string, request: string): boolean =>
  expects === request || request.startsWith(`${expects}/`);

interface Pending {
  record: ActionRecord;
  method: string;
  path: string;
  pack: RequestPack | undefined;
  /** What the page called the thing that the request acts on, or empty. */
  name: string;
  /** Has the press that led to it been taken in? */
  joined: boolean;
}

/** Says the request as it is known now; `outcome` is empty while it runs. */
function say({ record, method, path, pack, name }: Pending, address: string, outcome: string): ActionRecord {
  const safe = redactAddress(`http://x${path}`).slice('http://x'.length);
  const shown = `${method} ${safe}`;
  const meaning = pack?.read(method, safe, name);
  const failed = outcome !== '' && !/^[123]\d\d$/.test(outcome);
  const words =
    meaning === undefined
      ? `${shown}${outcome === '' ? '' : ` (${outcome})`}`
      : `${meaning} (${shown}${failed ? `, ${outcome}` : ''})`;
  const request = `${method} ${address} ${outcome}`.trim();
  const { hold: _hold, ...rest } = record;
  return {
    ...rest,
    kind: meaning === undefined ? 'requested' : 'did',
    detail: { ...record.detail, words, request },
    ...(outcome === '' ? { hold: Date.now() + HOLD_MS } : {}),
  };
}

/** The request takes in the press that led to it: one record, under the press's id and time. */
function join(found: Pending, press: ActionRecord): void {
  const { id, at, session, trusted, detail } = press;
  found.record = { ...found.record, id, at, session, trusted, detail };
  found.name = press.name ?? '';
  found.joined = true;
}

export function requestRecorder(world: RequestWorld) {
  const pending = new Map<string, Promise<Pending | undefined>>();
  const lastAct = new Map<string, number>();

  const pressFor = async ({ record, method, path }: Pending): Promise<ActionRecord | undefined> =>
    (await world.records()).find(
      (one) =>
        one.console === record.console &&
        one.expects !== undefined &&
        leadsTo(one.expects, `${method} ${path}`) &&
        Math.abs(Date.now() - one.at) < PERSON_MS,
    );

  async function byPerson(console: string, tab: number): Promise<boolean> {
    if (Date.now() - (lastAct.get(console) ?? 0) < PERSON_MS) return true;
    // A false "by script" would hide a person's act done by keyboard, so in doubt it is theirs.
    return tab < 0 ? false : ((await world.active(tab)) ?? true);
  }

  async function start(request: ObservedRequest): Promise<Pending | undefined> {
    const { hostname, pathname: path } = new URL(request.url);
    const { method } = request;
    const gates = await world.gates();
    const gate = gates.find(({ hosts }) => hosts.some((host) => hostMatches(host, hostname)));
    if (!gate || gate.record === 'times') return undefined;
    const pack = world.pack(gate.pack);
    if (pack?.read(method, path, '') === '') return undefined;
    if (onlyReads(await world.reads(gate.console), `${method} ${path}`)) return undefined;
    const record: ActionRecord = {
      id: newRecordId(),
      at: stamp(),
      kind: 'requested',
      console: gate.console,
      session: gate.session,
      trusted: true,
      detail: {
        words: method,
        ...(request.documentUrl === undefined ? {} : { page: redactAddress(request.documentUrl) }),
      },
    };
    const found: Pending = { record, method, path, pack, name: '', joined: false };
    const press = await pressFor(found);
    if (press) join(found, press);
    else record.trusted = await byPerson(gate.console, request.tabId);
    await world.write(say(found, addressOf(request), ''));
    return found;
  }
  const addressOf = ({ url }: ObservedRequest): string => redactAddress(url).slice(0, 1900);

  return {
    /** `webRequest.onBeforeRequest`: the record exists from here on, whatever becomes of the worker. */
    started(request: ObservedRequest): Promise<unknown> {
      if (READ_METHODS.includes(request.method.toLowerCase()) || !/^https?:/.test(request.url))
        return Promise.resolve();
      const started = start(request);
      pending.set(request.requestId, started);
      return started;
    },
    /** `webRequest.onCompleted`, `onBeforeRedirect` and `onErrorOccurred`: `outcome` is the status, or how it failed in a word or two. */
    async done(request: ObservedRequest, outcome: string): Promise<void> {
      const started = pending.get(request.requestId);
      pending.delete(request.requestId); // at once: a request that is sent on keeps its id
      const found = await started;
      if (!found) return;
      const press = found.joined ? undefined : await pressFor(found);
      if (press) {
        const alone = found.record.id;
        join(found, press);
        await world.remove(alone);
      }
      await world.write(say(found, addressOf(request), outcome));
    },
    /** A first copy was written: an act of a person makes the requests right after it theirs. */
    acted({ console, trusted, kind, at }: Pick<ActionRecord, 'console' | 'trusted' | 'kind' | 'at'>): void {
      if (trusted && /^(clicked|did|submitted|entered)$/.test(kind)) lastAct.set(console, at);
    },
  };
}
