import { expect, test } from 'vitest';

test('these tests run on the Node that the product asks for, not on whichever the PATH names first', () => {
  expect(process.version).toMatch(/^v24\./);
});
