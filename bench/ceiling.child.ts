import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { wire } from '#shared/wire/index.ts';

/**
 * What any server on Hono and zod costs for the same call, with nothing stored: the body parsed and checked; the same
 * and two signatures verified; and nothing at all done with it.
 */
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const message = new Uint8Array(700);
const signature = sign(null, message, privateKey);
const { path, body: schema } = wire.recordActions;

const app = new Hono();
app.post(path, async (c) => {
  const body = schema?.parse(JSON.parse(await c.req.text()));
  return c.json({ number: body?.from });
});
app.post('/signed', async (c) => {
  const body = schema?.parse(JSON.parse(await c.req.text()));
  const valid = verify(null, message, publicKey, signature) && verify(null, message, publicKey, signature);
  return c.json({ number: body?.from, valid });
});
app.post('/empty', (c) => c.json({}));

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.argv[2]) }, () =>
  process.send?.('ready'),
);
process.on('disconnect', () => process.exit());
