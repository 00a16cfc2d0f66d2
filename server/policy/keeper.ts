import type { Logger } from 'pino';
import { parsePolicy, sayProblem, type Problem } from '#shared/policy/parse.ts';
import type { Policy } from '#shared/policy/schema.ts';
import type { Config } from '../config.ts';
import type { LogDraft, Log } from '../log/index.ts';
import { policyHash, readPolicyFile, watchPolicyFile, type PolicyFile } from './load.ts';

declare module '../context.ts' {
  interface Services {
    policy: PolicyKeeper;
  }
}

export interface PolicyInForce {
  policy: Policy;
  text: string;
  /** SHA-256 of the text, base64url. */
  hash: string;
}

/**
 * The policy in force: what the log's last `policy.loaded` says. The file is where it comes from; a file with problems
 * is refused whole and the one before stays.
 */
export class PolicyKeeper {
  #current: PolicyInForce;
  #problems: Problem[] = [];
  readonly #config: Config;
  readonly #logger: Logger;

  private constructor(config: Config, logger: Logger, current: PolicyInForce) {
    this.#config = config;
    this.#logger = logger;
    this.#current = current;
  }

  get current(): PolicyInForce {
    return this.#current;
  }
  /** What is wrong with the file as it lies there now; empty when it is the one in force. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /**
   * At start: a sound file is adopted, and logged once the log exists. With a bad file the log's own policy stays in
   * force; where there is none yet, the server does not start. Throws an Error that lists the problems.
   */
  static async open(config: Config, log: Log, logger: Logger): Promise<PolicyKeeper> {
    const file = await readPolicyFile(config.policyFile, config.rpId);
    const logged = loggedPolicy(log);
    if (!logged) {
      if (!file.ok)
        throw new Error(file.problems.map((problem) => sayProblem(config.policyFile, problem)).join('\n'));
      return new PolicyKeeper(config, logger, file);
    }
    const keeper = new PolicyKeeper(config, logger, logged);
    // While nothing can be logged, what the log says stays in force.
    if (log.health.ok) await keeper.#take(file, log);
    return keeper;
  }

  /** Follows the file; `changed` is called after a new policy came into force or a bad one was refused. */
  watch(log: Log, changed: () => void): () => void {
    return watchPolicyFile(
      this.#config.policyFile,
      this.#config.rpId,
      (file) => {
        this.#take(file, log).then(changed, (error: unknown) =>
          this.#logger.error(
            { err: error },
            'the new policy could not be logged; the old one stays in force',
          ),
        );
      },
      { since: this.#current.hash },
    );
  }

  async #take(file: PolicyFile, log: Log): Promise<void> {
    if (!file.ok) {
      this.#problems = file.problems;
      for (const problem of file.problems) this.#logger.warn(sayProblem(this.#config.policyFile, problem));
      this.#logger.warn('this policy file is refused whole; the policy before stays in force');
      return;
    }
    this.#problems = [];
    if (file.hash === this.#current.hash) return;
    const before = this.#current;
    const adopt = (draft: LogDraft): void => {
      draft.append('policy.loaded', { hash: file.hash, text: file.text });
      // At once: a command later in the same group must rest on the policy that the log then says is in force.
      this.#current = file;
    };
    try {
      if (log.size > 0) await log.run(adopt);
    } catch (error) {
      this.#current = before;
      throw error;
    }
    this.#current = file;
    this.#logger.info({ policy: file.hash }, 'a new policy is in force');
  }
}

function loggedPolicy(log: Log): PolicyInForce | undefined {
  const row = log.state.get('policy', 'current');
  if (!row) return undefined;
  const entry = log.entry(row.entry);
  if (entry.type !== 'policy.loaded')
    throw new Error('the log contradicts itself: no policy where the state says');
  const { text } = entry.body;
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error('the policy in the log is not one that this version reads');
  return { policy: parsed.policy, text, hash: policyHash(text) };
}
