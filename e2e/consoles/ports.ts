import { createServer } from 'node:net';
import type { Server } from 'node:net';

/** Listens on loopback only; port 0 takes any free one. Resolves to the port taken. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((up, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', up);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server on loopback has no port.');
  return address.port;
}

/** A port that nobody used a moment ago, for programs that cannot be told "any". */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((closed) => server.close(closed));
  return port;
}
