import { z } from 'zod';
import { utf8 } from '#shared/bytes.ts';
import {
  action,
  actionDetail,
  actionKind,
  type Action,
  type ActionDetail,
  type Batch,
} from '#shared/domain/actions/statements.ts';
import { canonical } from '#shared/log/canonical.ts';
import { commit, signedHash } from '#shared/domain/signing.ts';
import { consoleId, id } from '#shared/domain/primitives.ts';
import { type NewDetail, withSalt } from '#shared/wire/details.ts';
import type { OutboxBatch } from '../../platform/db.ts';
import type { Chain } from '../../platform/outbox-store.ts';
import { HOLD_MS } from '../../platform/record.ts';

/** Gives numbers and bytes to first copies. Pure but for the salts: one transaction writes what it returns. */

export const newChain = (browser: string): Chain => ({ browser, number: -1, hash: '', seen: [] });

/** Records a step: fewer than `MAX_REMEMBERED_IDS`, so that after a crash between two steps each id is still known. */
export const MAX_STEP_RECORDS = 500;
const MAX_REMEMBERED_IDS = 2 * MAX_STEP_RECORDS;
const MAX_BATCH_ACTIONS = 100;
/** Of the batch's text, and of its details together. An entry, which quotes the text, must stay under 65,535 bytes. */
const MAX_BATCH_TEXT_BYTES = 50_000;
const MAX_BATCH_DETAILS_CHARS = 300_000;

const first = z.object({
  id,
  at: z.number().nonnegative(),
  kind: actionKind,
  console: consoleId,
  session: z.union([id, z.literal('')]),
  trusted: z.boolean(),
  detail: actionDetail,
  hold: z.number().optional(),
  expects: z.string().max(500).optional(),
  name: z.string().max(200).optional(),
});
export type First = z.infer<typeof first>;

/** Reads first copies by storage key, oldest first. What no recorder wrote (a compromised page may) is `odd`. */
export function readFirsts(stored: Record<string, unknown>): { firsts: First[]; odd: string[] } {
  const firsts: First[] = [];
  const odd: string[] = [];
  for (const [key, value] of Object.entries(stored)) {
    const { data } = first.safeParse(value);
    if (data && key.endsWith(`:${data.id}`)) firsts.push(data);
    else odd.push(key);
  }
  return { firsts: firsts.toSorted((a, b) => a.at - b.at), odd };
}

/**
 * Those that may be numbered now, in order: up to the first that is still held back. `wait` is how long that is, in
 * ms; 0 where nothing is held. `all` takes the held ones too.
 */
export function ripe(firsts: First[], now: number, all: boolean): { ripe: First[]; wait: number } {
  const left = ({ hold = 0 }: First): number => Math.min(hold - now, HOLD_MS);
  const stop = all ? -1 : firsts.findIndex((one) => left(one) > 0);
  const held = firsts[stop];
  return held ? { ripe: firsts.slice(0, stop), wait: left(held) } : { ripe: firsts, wait: 0 };
}

interface Written {
  action: Action;
  detail: NewDetail;
}

/** Text as every part of the way takes it: no halves of characters, no NUL. */
const sound = (detail: ActionDetail): ActionDetail =>
  Object.fromEntries(
    Object.entries(detail).flatMap(([key, text]) =>
      text === undefined ? [] : [[key, text.toWellFormed().replaceAll('\0', '\ufffd')]],
    ),
  ) as ActionDetail;

/** `offset`: server time minus local time, in ms, so that a wrong clock does not move a person's acts. */
function write(one: First, offset: number): Written {
  const detail = withSalt(canonical(sound(one.detail)));
  const { id, kind, console, session, trusted } = one;
  const at = Math.max(0, Math.floor(one.at + offset));
  return {
    action: { id, at, kind, console, session, trusted, detail: commit(detail.salt, detail.text) },
    detail,
  };
}

/** Actions of batches that another key of this browser numbered and that the log never proved, to be numbered anew. */
export const unproven = (batches: readonly OutboxBatch[]): Written[] =>
  batches.flatMap(({ text, details }) =>
    z
      .object({ actions: z.array(action) })
      .parse(JSON.parse(text))
      .actions.flatMap((action, at) => {
        const detail = details[at];
        // Their session was the other key's, in whose name this one cannot speak.
        return detail ? [{ action: { ...action, session: '' as const }, detail }] : [];
      }),
  );

/** The next batches after `chain`, unsigned. `earlier` come first; ids seen before are left out. */
export function plan(
  chain: Chain,
  firsts: readonly First[],
  { log, offset, earlier = [] }: { log: string; offset: number; earlier?: readonly Written[] },
): { chain: Chain; batches: OutboxBatch[] } {
  const seen = new Set(chain.seen);
  const fresh = firsts.filter((one) => !seen.has(one.id) && seen.add(one.id));
  const waiting = [...earlier, ...fresh.map((one) => write(one, offset))];
  const batches: OutboxBatch[] = [];
  let { number, hash } = chain;
  for (let at = 0; at < waiting.length;) {
    let end = Math.min(at + MAX_BATCH_ACTIONS, waiting.length);
    let text = '';
    const fits = (): boolean => {
      const part = waiting.slice(at, end);
      const batch: Batch = {
        type: 'batch',
        log,
        browser: chain.browser,
        number: number + 1,
        previous: hash,
        actions: part.map((one) => one.action),
      };
      text = canonical(batch);
      const details = part.reduce((sum, one) => sum + one.detail.text.length, 0);
      return (
        end - at === 1 || (utf8(text).length <= MAX_BATCH_TEXT_BYTES && details <= MAX_BATCH_DETAILS_CHARS)
      );
    };
    while (!fits()) end = at + Math.ceil((end - at) / 2);
    const part = waiting.slice(at, end);
    number += 1;
    hash = signedHash('batch', text);
    batches.push({
      number,
      text,
      signature: '',
      details: part.map((one) => one.detail),
      ids: part.map((one) => one.action.id),
    });
    at = end;
  }
  const ids = waiting.map((one) => one.action.id);
  return {
    chain: { ...chain, number, hash, seen: [...chain.seen, ...ids].slice(-MAX_REMEMBERED_IDS) },
    batches,
  };
}

/**
 * Can the server's word on this browser's chain be of our own making? If not, somebody else numbers with our key: a
 * cloned or restored profile. An answer that is older than our last delivery is fine.
 */
export function isOurs(
  server: { number: number; hash: string },
  own: Pick<Chain, 'number' | 'hash'>,
  /** The lowest batch that is not proven. Batches go out one at a time, so the server is at it or before it. */
  lowest: Pick<OutboxBatch, 'number' | 'text'> | undefined,
): boolean {
  const before = lowest ? { number: lowest.number - 1, hash: previousOf(lowest.text) } : own;
  if (server.number < before.number) return true;
  if (server.number === before.number) return server.hash === before.hash;
  return server.number === lowest?.number && server.hash === signedHash('batch', lowest.text);
}
const previousOf = (text: string): string =>
  z.object({ previous: z.string() }).parse(JSON.parse(text)).previous;
