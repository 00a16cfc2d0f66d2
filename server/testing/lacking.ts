/**
 * Says what is not tested here for want of something. Where CI runs nothing may be left out: there it throws, so that
 * the test which is missing fails.
 */
export function lacking(what: string): void {
  if (process.env['CI'] !== undefined) throw new Error(what);
  process.stderr.write(`${what}\n`);
}
