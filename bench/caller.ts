import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One connection that is kept, with one call on it at a time. It does as little as HTTP allows: both ends share the machine. */
export class Caller {
  readonly #socket: Socket;
  #answer = '';
  #waiting: PromiseWithResolvers<void> | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (data: string) => this.#hear(data));
    socket.on('close', () => this.#waiting?.reject(new Error(`the server hung up: ${this.#answer}`)));
  }

  static open(port: number): Promise<Caller> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Caller(socket)));
      socket.once('error', reject);
    });
  }

  /** Sends a whole request. Resolves when its whole answer is there; rejects on any status but 200. */
  call(request: Uint8Array): Promise<void> {
    this.#answer = '';
    this.#waiting = Promise.withResolvers();
    this.#socket.write(request);
    return this.#waiting.promise;
  }

  /** The server hangs up on a connection that was idle for long. */
  get closed(): boolean {
    return this.#socket.destroyed;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #hear(data: string): void {
    this.#answer += data;
    const head = this.#answer.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#answer.slice(0, head))?.[1];
    if (length === undefined) this.#waiting?.reject(new Error(`an answer without a length: ${this.#answer}`));
    else if (this.#answer.length < head + 4 + Number(length)) return;
    else if (this.#answer.startsWith('HTTP/1.1 200')) this.#waiting?.resolve();
    else this.#waiting?.reject(new Error(this.#answer));
  }
}

export const request = (
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Uint8Array =>
  Buffer.from(
    [
      `POST ${path} HTTP/1.1`,
      'host: localhost',
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  );

/** Every writer sends its requests one after the other, all writers at once. Returns requests a second. */
export async function together(port: number, writers: readonly (readonly Uint8Array[])[]): Promise<number> {
  const callers = await Promise.all(writers.map(() => Caller.open(port)));
  const start = performance.now();
  await Promise.all(
    callers.map(async (caller, n) => {
      for (const each of writers[n] ?? []) await caller.call(each);
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const caller of callers) caller.close();
  return writers.reduce((sum, { length }) => sum + length, 0) / seconds;
}

/** Sends so many a second, whether those before are answered or not. Returns the times to each answer, in ms. */
export async function atRate(
  port: number,
  perSecond: number,
  requests: readonly Uint8Array[],
): Promise<number[]> {
  const idle = await Promise.all(Array.from({ length: 16 }, () => Caller.open(port)));
  const all = [...idle];
  const times: number[] = [];
  const start = performance.now();
  const one = async (bytes: Uint8Array, due: number): Promise<void> => {
    let caller = idle.pop();
    while (caller?.closed) caller = idle.pop();
    caller ??= await Caller.open(port);
    await caller.call(bytes);
    times.push(performance.now() - due);
    idle.push(caller);
  };
  const answers: Promise<void>[] = [];
  for (const [n, bytes] of requests.entries()) {
    const due = start + (n * 1000) / perSecond;
    if (performance.now() < due) await sleep(Math.max(0, due - performance.now()));
    answers.push(one(bytes, due));
  }
  await Promise.all(answers);
  for (const caller of new Set([...all, ...idle])) caller.close();
  return times;
}
