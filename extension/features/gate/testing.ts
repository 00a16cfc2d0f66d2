import type { RuleBody, RuleCondition } from '../../platform/rules.ts';

/** declarativeNetRequest as documented, for tests of the rules: browsers are asked the same in e2e/traps/rules.spec.ts. */
export interface RuleRequest {
  url: string;
  method?: string;
  type?: string;
  /** Host. */
  initiator?: string;
  tab?: number;
}

/** Firefox takes a dot at the end for another domain; lists name both, so the stricter reading is tested. */
const covers = (domains: string[] | undefined, host: string | undefined) =>
  host !== undefined && domains?.some((domain) => host === domain || host.endsWith(`.${domain}`)) === true;

export function matchesRule(
  c: RuleCondition,
  { url, method = 'get', type = 'xmlhttprequest', initiator, tab = -1 }: RuleRequest,
): boolean {
  const host = new URL(url).hostname;
  const flags = c.isUrlFilterCaseSensitive === true ? '' : 'i';
  if (c.regexFilter !== undefined && !new RegExp(c.regexFilter, flags).test(url)) return false;
  if (c.requestDomains && !covers(c.requestDomains, host)) return false;
  if (covers(c.excludedRequestDomains, host)) return false;
  if (c.initiatorDomains && !covers(c.initiatorDomains, initiator)) return false;
  if (covers(c.excludedInitiatorDomains, initiator)) return false;
  if (c.tabIds && !c.tabIds.includes(tab)) return false;
  if (c.requestMethods && !c.requestMethods.includes(method)) return false;
  if (c.excludedRequestMethods?.includes(method)) return false;
  if (c.resourceTypes) return c.resourceTypes.includes(type);
  if (c.excludedResourceTypes) return !c.excludedResourceTypes.includes(type);
  return type !== 'main_frame';
}

/** What happens to a request: of all rules that match, the one of the highest priority decides. */
export function outcomeOf(rules: readonly RuleBody[], request: RuleRequest): 'allow' | 'block' | 'redirect' {
  const found = rules
    .filter(({ condition }) => matchesRule(condition, request))
    .toSorted((a, b) => b.priority - a.priority)[0];
  return found?.action.type ?? 'allow';
}
