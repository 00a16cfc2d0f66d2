import type { IncomingMessage } from 'node:http';

/** The fields of a form, or empty where there are none. */
export async function body(request: IncomingMessage): Promise<Partial<Record<string, string>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

/** The parameters of an address. */
export const parameters = (url = ''): Record<string, string> =>
  Object.fromEntries(new URL(url, 'http://localhost').searchParams);
