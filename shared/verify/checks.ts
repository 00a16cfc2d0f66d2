import { batch as batchSchema, end as endSchema } from '#shared/entries/signed.ts';
import type { Entry, EntryOf, EntryType } from '#shared/entries/types.ts';
import { openCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseVkey } from '#shared/log/note/keys.ts';
import { fromBase64url } from '#shared/bytes.ts';
import type { Context } from './context.ts';
import { ed25519, verifyEd25519 } from './keys.ts';
import { isSecondHistory } from './people.ts';
import { endorsed } from './rotation.ts';
import { row } from './rules.ts';
import { mustHold } from './types.ts';

/**
 * What a verifier checks of an entry besides its state rule and its touches: what browsers and log keys signed, and the
 * history that it names. It counts what it checked. Throws Contradiction.
 */
type Check<T extends EntryType> = (
  entry: EntryOf<T>,
  index: number,
  context: Context,
) => void | Promise<void>;

const checks: { [T in EntryType]?: Check<T> } = {
  genesis({ body }, _, { tally }) {
    tally.logKeys.push(body.logKey);
    tally.registrations++;
  },

  'key.enrolled'(_, __, { tally }) {
    tally.registrations++;
  },

  'person.reset'({ body }, index, { state, tally }) {
    if (body.by !== 'host') return;
    tally.hostResets.push({ entry: index, handle: row(state, 'person', body.person).handle });
  },

  'browser.ended'({ body }, index, context) {
    const { tally } = context;
    if (!body.evidence) {
      tally.unsignedEnds.push(index);
      return;
    }
    signedByBrowser(context, body.browser, 'batch', body.evidence);
    if (isSecondHistory(body.browser, body.evidence, context) === undefined)
      tally.suspendedUnseen.push(index);
    tally.suspensions.push(index);
  },

  'request.asked'({ body }, _, context) {
    const { browser } = JSON.parse(body.ask.text) as { browser: string };
    signedByBrowser(context, browser, 'ask', body.ask);
    context.tally.browserSigned++;
    context.tally.asked++;
  },

  'request.withdrawn'({ body }, _, context) {
    const { browser } = row(context.state, 'request', body.request);
    signedByBrowser(context, browser, 'withdrawal', body.withdrawal);
    context.tally.browserSigned++;
  },

  'request.decided'(_, __, { tally }) {
    tally.decided++;
  },

  'session.started'({ body }, _, { tally }) {
    if (body.undecided) tally.undecided++;
  },

  'grant.ended'({ body }, index, context) {
    const { tally, state } = context;
    if (body.how === 'revoked') tally.unsignedEnds.push(index);
    if (!body.end) return;
    const { browser } = row(state, 'grant', body.grant);
    signedByBrowser(context, browser, 'end', body.end);
    const { number } = endSchema.parse(JSON.parse(body.end.text));
    tally.browserSigned++;
    tally.ends.push({ entry: index, browser, number });
  },

  'actions.recorded'({ body }, index, context) {
    const { tally, batches } = context;
    signedByBrowser(context, body.browser, 'batch', body.batch);
    const count = body.violations.length;
    if (count > 0) tally.violations.push({ entry: index, count });
    const places = batches.get(body.browser) ?? [];
    places[body.number] = index;
    batches.set(body.browser, places);
    tally.batches++;
  },

  async 'log.recovered'({ body: { lost, restored, logKey } }, index, { state, tally, whole, rootAt }) {
    const root = await rootAt(index);
    mustHold(
      root === restored.root || (root === undefined && !whole),
      'it goes on from another history than the entries before it',
    );
    // False where a rotation or another recovery, which names the key that signed, is among what was lost.
    const known =
      lost.note === '' ||
      (await openCheckpoint(lost.note, parseVkey(row(state, 'log', 'log').logKey), verifyEd25519).then(
        () => true,
        () => false,
      ));
    tally.logKeys.push(logKey);
    tally.recoveries.push({ entry: index, lost: lost.size - restored.size, known });
  },

  'log.key-rotated'({ body: { act, logKey, leaseKey, endorsement } }, _, { state, signatures, tally }) {
    const { origin, logKey: old } = row(state, 'log', 'log');
    const bytes = endorsed({ log: origin, old, new: logKey, leaseKey, act });
    signatures.mustHold(
      ed25519(parseVkey(old).publicKey).then((check) => check(bytes, fromBase64url(endorsement))),
      'the key before did not endorse the one that follows',
    );
    tally.logKeys.push(logKey);
  },
};

/** Checks one entry that its state rule passed. */
export async function checkEntry(entry: Entry, index: number, context: Context): Promise<void> {
  await (checks[entry.type] as Check<EntryType> | undefined)?.(entry, index, context);
}

function signedByBrowser(
  { state, keys, signatures }: Context,
  browser: string,
  kind: 'ask' | 'withdrawal' | 'end' | 'batch',
  { text, signature }: { text: string; signature: string },
): void {
  const { publicKey } = row(state, 'browser', browser);
  signatures.mustHold(
    keys.signed(publicKey, kind, text, signature),
    `the browser's signature over its ${kind} does not hold`,
  );
}

/**
 * In a part of a log, batches before this one may not be disclosed: how it follows them is taken as given, and counted.
 */
export function bridgeGap(entry: Entry, index: number, { state, tally, whole }: Context): void {
  if (whole || entry.type !== 'actions.recorded') return;
  const by = state.get('browser', entry.body.browser);
  const read = batchSchema.safeParse(JSON.parse(entry.body.batch.text));
  const missing = read.success && by ? read.data.number - by.number - 1 : 0;
  if (!by || !read.success || missing <= 0) return;
  tally.gaps.push({ entry: index, browser: by.id, missing });
  state.put('browser', by.id, { ...by, number: read.data.number - 1, chain: read.data.previous });
}
