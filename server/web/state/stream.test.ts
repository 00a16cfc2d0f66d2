// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { crowded, ended } from '#shared/wire/stream.ts';
import { connect, listen, stream } from './stream.ts';

/** What the page does with its sockets, without a network between. */
class Socket extends EventTarget {
  static opened: Socket[] = [];
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    Socket.opened.push(this);
  }
  close(): void {
    this.dispatchEvent(new Event('close'));
  }
  /** Opens, and says what the server says first. */
  open(): void {
    this.dispatchEvent(new Event('open'));
    this.say([]);
  }
  /** The server opens it only to say why it does not keep it, or closes an open one. */
  end({ code, reason }: { code: number; reason: string }): void {
    this.dispatchEvent(new Event('open'));
    this.dispatchEvent(new CloseEvent('close', { code, reason }));
  }
  say(topics: string[]): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ topics }) }));
  }
}

let leaving: AbortController;
const heard = vi.fn<(topics: readonly string[]) => void>();
let stop: () => void;
const last = (): Socket => {
  const socket = Socket.opened.at(-1);
  if (!socket) throw new Error('no socket was opened');
  return socket;
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', Socket);
  Socket.opened = [];
  stream.value = 'connecting';
  leaving = new AbortController();
  stop = listen(heard);
  connect(leaving.signal);
});
afterEach(() => {
  leaving.abort();
  stop();
  heard.mockReset();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('nudges reach whoever listens; an empty one only says that the line lives', () => {
  last().open();
  last().say([]);
  last().say(['inbox']);
  expect(heard.mock.calls).toEqual([[['inbox']]]);
  expect(stream.value).toBe('live');
});

test('after a gap everything counts as changed, for nobody knows what was missed', () => {
  last().open();
  last().close();
  expect(stream.value).toBe('lost');
  vi.advanceTimersByTime(1000);
  expect(Socket.opened).toHaveLength(2);
  last().open();
  expect(heard.mock.calls).toEqual([[['*']]]);
  expect(stream.value).toBe('live');
});

test('silence is a dead line: it is closed and opened again', () => {
  last().open();
  vi.advanceTimersByTime(24_000);
  expect(stream.value).toBe('live');
  vi.advanceTimersByTime(3000);
  expect(Socket.opened).toHaveLength(2);
});

test('pauses double, so that a server coming back is not met by a crowd', () => {
  for (let tries = 0; tries < 6; tries += 1) {
    last().close();
    vi.advanceTimersByTime(20_000);
  }
  const { length } = Socket.opened;
  last().close();
  vi.advanceTimersByTime(5000);
  expect(Socket.opened).toHaveLength(length);
});

test('a page too many says so, and looks again in a minute', () => {
  last().end(crowded);
  expect(stream.value).toBe('crowded');
  vi.advanceTimersByTime(59_000);
  expect(Socket.opened).toHaveLength(1);
  vi.advanceTimersByTime(1000);
  last().open();
  expect(stream.value).toBe('live');
  expect(heard.mock.calls).toEqual([[['*']]]);
});

test('a sign-in that ended elsewhere has the page look who it is, at once', () => {
  last().open();
  last().end(ended);
  expect(heard.mock.calls).toEqual([[['*']]]);
});

test('leaving ends it for good', () => {
  last().open();
  leaving.abort();
  vi.advanceTimersByTime(60_000);
  expect(Socket.opened).toHaveLength(1);
});
