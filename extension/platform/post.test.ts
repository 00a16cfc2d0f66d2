import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { postPatiently } from './post.ts';

/** The browser's side of a message: what it answers to each one in turn, the last for good. */
function browserAnswers(...answers: (() => Promise<unknown>)[]) {
  const sendMessage = vi.fn(() => (answers.length > 1 ? answers.shift() : answers[0])?.());
  vi.stubGlobal('chrome', { runtime: { sendMessage } });
  return sendMessage;
}

const open = () => Promise.resolve({ ok: true, value: { open: true } });
const dies = () => Promise.reject(new Error('The message port closed before a response was received.'));
const nobody = () => Promise.resolve(undefined);
const hangs = () => Promise.race<never>([]);

const check = () => postPatiently('check', { console: 'harbour' }, 5_000);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('T1: a worker that dies under the question four times is asked a fifth time', async () => {
  const asked = browserAnswers(dies, nobody, dies, dies, open);
  const answer = check();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await answer).toEqual({ ok: true, value: { open: true } });
  expect(asked).toHaveBeenCalledTimes(5);
});

test('nobody has answered in time: no answer, and no more questions', async () => {
  const asked = browserAnswers(dies);
  const answer = check();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await answer).toBeUndefined();
  const questions = asked.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.mock.calls.length - questions).toBeLessThanOrEqual(1);
});

test('a worker that hangs is waited for no longer than that', async () => {
  browserAnswers(hangs);
  const answer = check();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await answer).toBeUndefined();
});

test('in a page of an extension that is gone it rejects at once', async () => {
  browserAnswers(() => {
    throw new Error('Extension context invalidated.');
  });
  await expect(check()).rejects.toThrow('invalidated');
});
