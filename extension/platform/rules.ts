import { browser } from './browser.ts';
import { native } from './native.ts';

/** declarativeNetRequest rules, as far as we use them. */
export interface RuleCondition {
  regexFilter?: string;
  initiatorDomains?: string[];
  excludedInitiatorDomains?: string[];
  /** Chromium 145 and later; elsewhere the key voids the whole call. */
  topDomains?: string[];
  requestMethods?: string[];
  excludedRequestMethods?: string[];
  resourceTypes?: string[];
  excludedResourceTypes?: string[];
}
export interface Rule {
  id: number;
  priority: number;
  action: { type: 'block' | 'allow' } | { type: 'redirect'; redirect: { regexSubstitution: string } };
  condition: RuleCondition;
}

interface Update {
  removeRuleIds: number[];
  addRules: Rule[];
}
interface DeclarativeNetRequest {
  getDynamicRules(): Promise<Rule[]>;
  getSessionRules(): Promise<Rule[]>;
  updateDynamicRules(update: Update): Promise<void>;
  updateSessionRules(update: Update): Promise<void>;
}
const dnr = (): DeclarativeNetRequest =>
  (native() as unknown as { declarativeNetRequest: DeclarativeNetRequest }).declarativeNetRequest;

type Kind = 'dynamic' | 'session';

async function replace(kind: Kind, rules: Rule[], mine: (id: number) => boolean): Promise<void> {
  const api = dnr();
  const old = await (kind === 'dynamic' ? api.getDynamicRules() : api.getSessionRules());
  const removeRuleIds = old.map(({ id }) => id).filter(mine);
  if (removeRuleIds.length === 0 && rules.length === 0) return;
  // One call is atomic: there is no moment at which the old rules are gone and the new ones not there.
  const update = { removeRuleIds, addRules: rules };
  await (kind === 'dynamic' ? api.updateDynamicRules(update) : api.updateSessionRules(update));
}

/**
 * Replaces the rules of one kind whole. Those with `topDomains` (numbers from `top` on) go in a call of their own,
 * after the others, and where the browser does not know the key they are left out (T15).
 */
export async function replaceRules(kind: Kind, rules: Rule[], topRules: Rule[], top: number): Promise<void> {
  await replace(kind, rules, (id) => id < top);
  if (import.meta.env.FIREFOX) return;
  await replace(kind, topRules, (id) => id >= top).catch(() => {
    // A Chromium from before the key: the rules by request and by initiator stand without it.
  });
}

export const gateUrl = (): string => browser.runtime.getURL('gate.html');
