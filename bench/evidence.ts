import { type KeyObject, createPublicKey, hash, verify } from 'node:crypto';
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromBase64url } from '#shared/bytes.ts';
import { encodeEntry } from '#shared/log/codec.ts';
import { signedBytes, signedHash } from '#shared/domain/signing.ts';
import { keepDetails } from '../server/details/index.ts';
import { freePort } from '../server/testing/crash/process.ts';
import { setUp } from './browsers.ts';
import { compare, inFolder } from './measure.ts';

const AT_ONCE = 1000;
const project = join(import.meta.dirname, '..');
const countersign = join(project, 'server', 'cli', 'countersign.mjs');

/** What every entry costs by itself, whoever checks it. */
interface Sample {
  readonly entry: Uint8Array;
  readonly key: KeyObject;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Writes a log of so many entries: a server's first ones, then the batches of one browser, each with a text. */
async function writeLog(folder: string, size: number): Promise<{ genesis: string; sample: Sample }> {
  const server = await setUp(folder, await freePort());
  const { first: browser, services } = server;
  let sample: Sample | undefined;
  while (services.log.size < size) {
    const few = Math.min(AT_ONCE, size - services.log.size);
    await services.log.run((draft) => {
      for (let n = 0; n < few; n += 1) {
        const { batch, details } = browser.batch([
          { console: 'queue', words: 'Purged queue orders (DELETE /api/queues/orders)' },
        ]);
        const number = browser.chain.number + 1;
        browser.chain = { number, hash: signedHash('batch', batch.text) };
        keepDetails(draft, ...details);
        const body = { browser: browser.id, number, batch, violations: [] };
        draft.append('actions.recorded', body);
        sample ??= {
          entry: encodeEntry('actions.recorded', Date.now(), body),
          key: createPublicKey({
            key: { kty: 'OKP', crv: 'Ed25519', x: browser.publicKey },
            format: 'jwk',
          }),
          signed: signedBytes('batch', batch.text),
          signature: fromBase64url(batch.signature),
        };
      }
    });
  }
  const { genesis } = services.log;
  await server.close();
  if (!sample) throw new Error('the log holds no batch');
  return { genesis, sample };
}

/** Runs `countersign …` and returns the seconds it took and the MB it held at most. */
async function run(folder: string, args: readonly string[]): Promise<{ seconds: number; memory: number }> {
  const tell = 'process.on("exit",()=>console.error(`held ${process.resourceUsage().maxRSS} kB`))';
  const start = performance.now();
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', `data:text/javascript,${tell}`, countersign, ...args],
    { env: { ...process.env, COUNTERSIGN_DATA: folder }, maxBuffer: 2 ** 26 },
  );
  const held = Number(/held (\d+) kB/.exec(stderr)?.[1]);
  return { seconds: (performance.now() - start) / 1000, memory: Math.round(held / 1024) };
}

/** Seconds that a piece of work takes when it is done so many times. */
function repeated(times: number, work: () => unknown): number {
  const start = performance.now();
  for (let n = 0; n < times; n += 1) work();
  return (performance.now() - start) / 1000;
}

/** `countersign verify` of a bundle with a whole log, beside the bare hashes and signature checks of its entries. */
export function evidence(size: number): Promise<void> {
  console.log('\nBuilding the page that each bundle carries …');
  execFileSync('npm', ['run', '--silent', 'build:web'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return inFolder(async (folder) => {
    const { genesis, sample } = await writeLog(folder, size);
    const file = join(folder, 'everything.zip');
    const written = await run(folder, ['evidence', 'export', '--all', '-o', file]);
    let most = 0;
    await compare(
      `verify of a bundle of ${size.toLocaleString('en')} entries of ${sample.entry.length} bytes, with a text each`,
      's',
      [
        {
          name: 'SHA-256 of the entries alone, one core',
          run: () => repeated(size, () => hash('sha256', sample.entry, 'binary')),
        },
        {
          name: 'one Ed25519 check for each entry alone, one core',
          run: () => repeated(size, () => verify(null, sample.signed, sample.key, sample.signature)),
        },
        {
          name: 'countersign verify',
          async run() {
            const { seconds, memory } = await run(folder, ['verify', file, '--genesis', genesis]);
            most = Math.max(most, memory);
            return seconds;
          },
        },
      ],
    );
    console.log(
      `  peak memory ${most} MB; written in ${written.seconds.toFixed(1)} s with ${written.memory} MB`,
    );
  });
}
