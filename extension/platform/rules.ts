import { browser } from './browser.ts';
import { native } from './native.ts';

/** declarativeNetRequest rules, as far as we use them. */
export interface RuleCondition {
  regexFilter?: string;
  isUrlFilterCaseSensitive?: boolean;
  requestDomains?: string[];
  excludedRequestDomains?: string[];
  initiatorDomains?: string[];
  excludedInitiatorDomains?: string[];
  requestMethods?: string[];
  excludedRequestMethods?: string[];
  resourceTypes?: string[];
  excludedResourceTypes?: string[];
  /** Session rules only. */
  tabIds?: number[];
}
/** A rule without its number. */
export interface RuleBody {
  priority: number;
  action: { type: 'block' | 'allow' } | { type: 'redirect'; redirect: { regexSubstitution: string } };
  condition: RuleCondition;
}
export interface Rule extends RuleBody {
  id: number;
}

interface Update {
  removeRuleIds?: number[];
  addRules?: Rule[];
}
interface DeclarativeNetRequest {
  getDynamicRules(): Promise<Rule[]>;
  getSessionRules(): Promise<Rule[]>;
  updateDynamicRules(update: Update): Promise<void>;
  updateSessionRules(update: Update): Promise<void>;
  getMatchedRules?(filter: { minTimeStamp: number }): Promise<{
    rulesMatchedInfo: {
      rule: { ruleId: number; rulesetId: string };
      tabId: number;
      timeStamp: number;
    }[];
  }>;
}
const dnr = (): DeclarativeNetRequest =>
  (native() as unknown as { declarativeNetRequest: DeclarativeNetRequest }).declarativeNetRequest;

/** Parts of the persisted rules, told apart by their numbers: `spare` is where what shuts is tried out. */
const parts = { shut: [1, 100_000], spare: [100_000, 200_000], easing: [200_000, Infinity] } as const;
export type Part = keyof typeof parts;

/**
 * Replaces one part of the persisted rules whole. One call is atomic: there is no moment at which the old rules are
 * gone and the new ones not there. Rejects, and changes nothing, where the browser refuses one of them.
 */
export async function replacePersisted(part: Part, rules: readonly RuleBody[]): Promise<void> {
  const [from, to] = parts[part];
  const old = (await dnr().getDynamicRules()).filter(({ id }) => id >= from && id < to);
  if (old.length === 0 && rules.length === 0) return;
  await dnr().updateDynamicRules({
    removeRuleIds: old.map(({ id }) => id),
    addRules: rules.map((rule, at) => ({ id: from + at, ...rule })),
  });
}

/** Takes away all session rules but these. It adds nothing, so no limit of the browser's can make it fail. */
export async function keepInSession(rules: readonly RuleBody[]): Promise<void> {
  const keep = new Set(rules.map(textOf));
  const gone = (await dnr().getSessionRules()).filter((rule) => !keep.has(textOf(rule)));
  if (gone.length > 0) await dnr().updateSessionRules({ removeRuleIds: gone.map(({ id }) => id) });
}

/** Adds those session rules that are not there yet; rejects, and adds none, where the browser refuses one. */
export async function addToSession(rules: readonly RuleBody[]): Promise<void> {
  const old = await dnr().getSessionRules();
  const have = new Set(old.map(textOf));
  const next = 1 + Math.max(0, ...old.map(({ id }) => id));
  const fresh = rules.filter((rule) => !have.has(textOf(rule)));
  if (fresh.length === 0) return;
  await dnr().updateSessionRules({ addRules: fresh.map((rule, at) => ({ id: next + at, ...rule })) });
}

/** A rule that stopped or passed a request: the rule as it stands now, the tab or -1, and local wall time in ms. */
export interface Match {
  rule: RuleBody;
  tab: number;
  at: number;
}

/**
 * What our rules matched after `since`, oldest first. Chromium answers 20 times in ten minutes and forgets after five;
 * Firefox never tells.
 */
export async function matchesSince(since: number): Promise<Match[]> {
  const api = dnr();
  if (!api.getMatchedRules) return [];
  const { rulesMatchedInfo } = await api.getMatchedRules({ minTimeStamp: since });
  if (rulesMatchedInfo.length === 0) return [];
  const [dynamic, session] = await Promise.all([api.getDynamicRules(), api.getSessionRules()]);
  return rulesMatchedInfo
    .flatMap(({ rule: { ruleId, rulesetId }, tabId, timeStamp }) => {
      const rule = (rulesetId === '_session' ? session : dynamic).find(({ id }) => id === ruleId);
      return rule && timeStamp > since ? [{ rule, tab: tabId, at: timeStamp }] : [];
    })
    .toSorted((a, b) => a.at - b.at);
}

/** Two rules of one meaning have one text, however the browser orders and fills what it gives back. */
function textOf({ priority, action, condition }: RuleBody): string {
  const known = Object.entries(condition).filter(([, value]) => value !== null && value !== undefined);
  return JSON.stringify([priority, action.type, known.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

export const gateUrl = (): string => browser.runtime.getURL('gate.html');
