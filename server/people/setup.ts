import { random, toBase64url } from '#shared/bytes.ts';
import { sameSecret } from '../http/index.ts';

declare module '../context.ts' {
  interface Services {
    setup: Setup;
  }
}

/**
 * The one-time link of the first run. Its code lives in memory and is made anew at each start until somebody is
 * enrolled, so that an old terminal or log line opens nothing.
 */
export class Setup {
  #code: string | undefined = toBase64url(random(32));

  get code(): string | undefined {
    return this.#code;
  }
  matches(code: string): boolean {
    return this.#code !== undefined && sameSecret(code, this.#code);
  }
  close(): void {
    this.#code = undefined;
  }
}
