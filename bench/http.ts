import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { newId } from '#shared/bytes.ts';
import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { parseNote } from '#shared/log/note/note.ts';
import { signedHash } from '#shared/domain/signing.ts';
import { wire } from '#shared/wire/index.ts';
import { protocolHeader } from '#shared/wire/protocol.ts';
import { ServerProcess, freePort } from '../server/testing/crash/process.ts';
import { SoftBrowser } from '../server/testing/soft-browser.ts';
import { setUp } from './browsers.ts';
import { atRate, request, together } from './caller.ts';
import { compare, inFolder, percentile } from './measure.ts';

const { path } = wire.recordActions;
const BROWSERS = 1000;
const PER_SECOND = 100;
const SECONDS = 3;

interface Browsers {
  /** Paired by touch. It asks the server what the others must know. */
  readonly first: SoftBrowser;
  /** Added beside it in the log. */
  readonly others: readonly SoftBrowser[];
}

/** A folder with a log that was set up and has paired browsers. */
async function pairMany(folder: string, port: number): Promise<Browsers> {
  const server = await setUp(folder, port);
  const { services, first } = server;
  const paired = services.log.entry(services.log.size - 1);
  if (paired.type !== 'browser.paired') throw new Error('the pairing is not the last entry');
  const others: SoftBrowser[] = [];
  await services.log.run((draft) => {
    while (others.length < BROWSERS) {
      const browser = new SoftBrowser(`http://localhost:${port}`);
      Object.assign(browser, { id: newId(), log: first.log });
      draft.append('browser.paired', { ...paired.body, browser: browser.id, publicKey: browser.publicKey });
      others.push(browser);
    }
  });
  await server.close();
  return { first, others };
}

/** What browsers know of the server: the nonce for proofs, and the size of the tree that they saw last. */
interface Known {
  readonly nonce: string;
  readonly from: number;
}

/** The next batch of this browser's chain as a whole request, signed twice as the extension does: the batch and the call. */
function signed(browser: SoftBrowser, { nonce, from }: Known): Uint8Array {
  const sent = browser.batch([
    { console: 'queue', words: 'Purged queue orders (DELETE /api/queues/orders)' },
  ]);
  browser.chain = { number: browser.chain.number + 1, hash: signedHash('batch', sent.batch.text) };
  const body = JSON.stringify({ ...sent, from });
  return request(path, body, {
    'countersign-browser': browser.id,
    [protocolHeader]: browser.protocol,
    'countersign-proof': browser.proof({ method: 'POST', path, body }, { nonce }),
  });
}

/** So many requests for each of so many writers. A browser's batches are in order, so all of them go to one writer. */
async function signedFor(
  { first, others }: Browsers,
  writers: number,
  each: number,
): Promise<Uint8Array[][]> {
  const { checkpoint } = await first.deliver(first.batch([{ console: 'queue', words: 'Opened the queues' }]));
  const { size: from } = parseCheckpoint(parseNote(checkpoint).text);
  const nonce = await first.nonce();
  const next = (at: number): Uint8Array => {
    const browser = others[at % BROWSERS];
    if (!browser) throw new Error('no browser is paired');
    return signed(browser, { nonce, from });
  };
  return Array.from({ length: writers }, (_, writer) =>
    Array.from({ length: each }, (__, n) => next(writer + n * writers)),
  );
}

/** The same bodies and headers on another path. */
const onPath = (requests: readonly Uint8Array[], other: string): Uint8Array[] =>
  requests.map((bytes) => Buffer.from(Buffer.from(bytes).toString('latin1').replace(path, other), 'latin1'));

/** Goal 4: from a call to a durable, signed, proven answer, beside the same server with nothing stored. */
export function http(): Promise<void> {
  return inFolder(async (folder) => {
    const port = await freePort();
    const browsers = await pairMany(folder, port);
    const server = await new ServerProcess({ folder, port }).listening();
    const ceilingPort = await freePort();
    const ceiling = fork(join(import.meta.dirname, 'ceiling.child.ts'), [String(ceilingPort)]);
    await once(ceiling, 'message');
    try {
      for (const writers of [1, 10, 100, 1000]) await throughput(browsers, writers, { port, ceilingPort });
      for (const p of [50, 99]) await latency(browsers, p, { port, ceilingPort });
    } finally {
      ceiling.disconnect();
      await server.stop();
    }
  });
}

interface Ports {
  readonly port: number;
  readonly ceilingPort: number;
}

function throughput(browsers: Browsers, writers: number, { port, ceilingPort }: Ports): Promise<void> {
  const each = Math.max(2, 500 / writers);
  const rate = async (to: number, other?: string): Promise<number> => {
    const requests = await signedFor(browsers, writers, each);
    return together(to, other === undefined ? requests : requests.map((own) => onPath(own, other)));
  };
  return compare(
    `Actions over HTTP, ${writers} at once`,
    'calls/s',
    [
      { name: 'Hono + zod, nothing stored', run: () => unchained(browsers, () => rate(ceilingPort, path)) },
      {
        name: 'the same, and two signatures verified',
        run: () => unchained(browsers, () => rate(ceilingPort, '/signed')),
      },
      { name: 'Countersign, from call to proven receipt', run: () => rate(port) },
    ],
    { 'Countersign, from call to proven receipt': 'goal 0.6' },
  );
}

/** What goes to another server does not go on in the browsers' chains. */
async function unchained<T>({ others }: Browsers, work: () => Promise<T>): Promise<T> {
  const chains = others.map(({ chain }) => chain);
  try {
    return await work();
  } finally {
    for (const [n, browser] of others.entries()) browser.chain = chains[n] ?? browser.chain;
  }
}

function latency(browsers: Browsers, p: number, { port, ceilingPort }: Ports): Promise<void> {
  const times = async (to: number, other: string): Promise<number> => {
    const [requests = []] = await signedFor(browsers, 1, PER_SECOND * SECONDS);
    return percentile(await atRate(to, PER_SECOND, onPath(requests, other)), p);
  };
  return compare(
    `Actions over HTTP, ${PER_SECOND} a second, p${p}`,
    'ms',
    [
      { name: 'Hono, an empty handler', run: () => unchained(browsers, () => times(ceilingPort, '/empty')) },
      { name: 'Countersign, from call to proven receipt', run: () => times(port, path) },
    ],
    p === 99 ? { 'Countersign, from call to proven receipt': 'goal 1.3 at most' } : {},
  );
}
