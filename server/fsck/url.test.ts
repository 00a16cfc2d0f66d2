import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { utf8 } from '#shared/bytes.ts';
import { readKey } from './checkpoint.ts';
import { type Report, fsck } from './fsck.ts';
import { sourceAt } from './source.ts';

const tessera = new URL('../../../shared/vectors/tessera-log/', import.meta.url);
const key = readKey('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx');

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server; returns its address with a path. */
async function serve(handle: Handle): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return `http://127.0.0.1:${address.port}/some/log`;
}

/** Serves the Tessera log as files. */
const asFiles: Handle = ({ url = '' }, response) => {
  const file = new URL(`.${url.replace('/some/log', '')}`, tessera);
  if (existsSync(file)) response.end(readFileSync(file));
  else response.writeHead(404).end('not here');
};
const check = (place: string, headers: string[] = []): Promise<Report> =>
  fsck(sourceAt(place, headers), { key }, () => undefined);

describe.skipIf(!existsSync(tessera))('a log over HTTP (skipped where ../shared/vectors is missing)', () => {
  test('the Tessera log is right, under its own key', async () => {
    const report = await check(await serve(asFiles));
    expect(report).toMatchObject({ state: 'ok', entries: 15, findings: [] });
    expect(report.sentence).toBe(
      'The log example.com/log/testdata is right: 15 entries, under a checkpoint that its key signed.',
    );
  });

  test('by folder too; its older checkpoints are no part of the layout', async () => {
    const report = await fsck(sourceAt(tessera.pathname, []), { key }, () => undefined);
    expect(report).toMatchObject({ state: 'ok', entries: 15, findings: [{ state: 'note', part: 'file' }] });
  });

  test('bundles may come compressed', async () => {
    const place = await serve(({ url = '' }, response) => {
      const file = readFileSync(new URL(`.${url.replace('/some/log', '')}`, tessera));
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(file));
    });
    expect(await check(place)).toMatchObject({ state: 'ok' });
  });

  test('a server that is busy for the moment is asked again, as late as it says', async () => {
    const failed = new Map<string, number>();
    const place = await serve((request, response) => {
      const times = failed.get(request.url ?? '') ?? 0;
      failed.set(request.url ?? '', times + 1);
      if (times === 0) response.writeHead(429, { 'Retry-After': '0' }).end();
      else if (times === 1) request.socket.destroy();
      else asFiles(request, response);
    });
    expect(await check(place)).toMatchObject({ state: 'ok' });
    for (const times of failed.values()) expect(times).toBeGreaterThanOrEqual(3);
  });

  test('a server that says no is not asked again, and the sentence says what to do', async () => {
    let asked = 0;
    const place = await serve((_, response) => {
      asked += 1;
      response.writeHead(401).end();
    });
    await expect(check(place)).rejects.toThrow(
      /wants a sign-in that may read it \(401\)\. Give one with --header/,
    );
    expect(asked).toBe(1);
  });

  test('a sign-in is sent along, and not to where the server points', async () => {
    const elsewhere: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      elsewhere.push(request.headers.cookie);
      asFiles(request, response);
    });
    const place = await serve((request, response) => {
      if (request.headers.cookie !== 'who=me') response.writeHead(401).end();
      else if (request.url?.includes('tile'))
        response.writeHead(302, { Location: `${other}${request.url.replace('/some/log', '')}` }).end();
      else asFiles(request, response);
    });
    await expect(check(place, ['Cookie: who=me'])).rejects.toThrow(/cannot be read/);
    expect(elsewhere).toEqual([]);
    const own = await serve((request, response) =>
      request.headers.cookie === 'who=me' ? asFiles(request, response) : response.writeHead(401).end(),
    );
    expect(await check(own, ['Cookie: who=me'])).toMatchObject({ state: 'ok' });
  });

  /** Answers for a file that is not there; `others` for what it is never asked to have. */
  type Missing = (response: ServerResponse) => void;
  const forbidden: Missing = (response) =>
    response
      .writeHead(403, { 'Content-Type': 'application/xml' })
      .end('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>');
  const page: Missing = (response) =>
    response
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end('<!doctype html><p>Hello</p>');
  const nothing: Missing = (response) => response.writeHead(204).end();
  /** Serves the log without the files that match, and answers like this for them and for what no log has. */
  const without =
    (gone: RegExp, missing: Missing, others = missing): Handle =>
    (request, response) => {
      const { url = '' } = request;
      if (gone.test(url)) missing(response);
      else if (existsSync(new URL(`.${url.replace('/some/log', '')}`, tessera))) asFiles(request, response);
      else others(response);
    };
  const notFound: Missing = (response) => response.writeHead(404).end();

  test.each([
    ['403, as S3 answers', forbidden],
    ['a web page', page],
    ['204', nothing],
  ])(
    'a server that answers %s for what it does not have: the tile is missing, and that is said',
    async (_, missing) => {
      const report = await check(await serve(without(/tile\/0\//, missing)));
      expect(report).toMatchObject({
        state: 'failed',
        findings: [{ part: 'tile', path: 'tile/0/000.p/15' }, {}],
      });
      expect(report.sentence).toMatch(/is missing/);
      expect(report.findings.at(-1)).toMatchObject({
        state: 'note',
        sentence: expect.stringMatching(/^This server answers .* for what is not there/) as string,
      });
    },
  );

  test.each([
    ['403, as S3 answers', forbidden],
    ['a web page', page],
    ['204', nothing],
  ])(
    'a partial tile that was collected, for which the server answers %s, is read out of the full one',
    async (_, missing) => {
      // The full tile is there too, with more than this checkpoint covers.
      const place = await serve((request, response) => {
        const { url = '' } = request;
        const partial = url.endsWith('/000.p/15');
        const file = `${url.replace('/some/log/', '')}.p/15`;
        if (/\/tile\/(0|entries)\/000$/.test(url)) response.end(readFileSync(new URL(file, tessera)));
        else if (partial) missing(response);
        else asFiles(request, response);
      });
      expect(await check(place)).toMatchObject({ state: 'ok', entries: 15 });
    },
  );

  test.each([
    ['403', forbidden, /refuses it \(403\).*--header/],
    ['a web page', page, /something else than a file of a log \(text\/html\)/],
    ['204', nothing, /answered 204, which has no file in it/],
  ])(
    'a tile answered with %s by a server that says 404 for what is not there cannot be judged',
    async (_, odd, said) => {
      const place = await serve(without(/tile\/entries\//, odd, notFound));
      await expect(check(place)).rejects.toThrow(said);
    },
  );

  test.each([
    ['403', forbidden, /refuses it \(403\)/],
    ['a web page', page, /something else than a file of a log/],
    ['204', nothing, /answered 204/],
  ])('an address that answers %s to everything is no log, and nobody is accused', async (_, odd, said) => {
    await expect(check(await serve((__, response) => odd(response)))).rejects.toThrow(said);
  });

  test('a file that is called a page and is none is taken for what it is', async () => {
    const place = await serve((request, response) => {
      response.setHeader('Content-Type', 'text/html');
      asFiles(request, response);
    });
    expect(await check(place)).toMatchObject({ state: 'ok' });
  });

  test('an answer without end is given up', async () => {
    const place = await serve((request, response) => {
      if (!request.url?.includes('entries')) return asFiles(request, response);
      const chunk = Buffer.alloc(1 << 20);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more).on('error', () => undefined);
      more();
      return undefined;
    });
    await expect(check(place)).rejects.toThrow(/longer than anything in a log/);
  });

  test('a tile that the server does not have is missing; one that is another is wrong', async () => {
    const missing = await serve((request, response) =>
      request.url?.includes('tile/0') ? response.writeHead(404).end() : asFiles(request, response),
    );
    expect(await check(missing)).toMatchObject({
      state: 'failed',
      findings: [{ part: 'tile', path: 'tile/0/000.p/15' }],
    });
    const wrong = await serve((request, response) => {
      if (!request.url?.includes('entries')) return asFiles(request, response);
      const bytes = readFileSync(new URL('tile/entries/000.p/15', tessera));
      bytes[bytes.length - 1] = bytes[bytes.length - 1]! ^ 1;
      return response.end(bytes);
    });
    expect(await check(wrong)).toMatchObject({ state: 'failed', findings: [{ part: 'entry', index: 14 }] });
  });

  test('signature lines of witnesses and of unknown types are listed and say nothing', async () => {
    const note = readFileSync(new URL('checkpoint', tessera), 'utf8');
    const more = `${note}\u2014 witness.example ${Buffer.alloc(76, 4).toString('base64')}\n`;
    const place = await serve((request, response) =>
      request.url?.endsWith('/checkpoint') ? response.end(utf8(more)) : asFiles(request, response),
    );
    const { state, checkpoint } = await check(place);
    expect({ state, signers: checkpoint?.signers }).toEqual({
      state: 'ok',
      signers: ['example.com/log/testdata', 'witness.example'],
    });
  });
});
