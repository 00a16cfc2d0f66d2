import type { Level } from '#shared/statement/types.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import type { wire } from '#shared/wire/index.ts';
import type { RequestView } from '#shared/wire/views.ts';

type Rule = AnswerOf<typeof wire.listConsoles>['eligibility'][number];

const steps = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480].map((minutes) => minutes * 60);

/** The durations (seconds) that an approver may choose: what was asked, and up to four shorter ones. Never a longer one. */
export function shorter(asked: number): number[] {
  const below = steps.filter((step) => step < asked);
  return [...below.slice(-4), asked];
}

/** The levels an approver may choose: what was asked, and `view` below `change` where the rule that carries it has it. */
export function lower(request: RequestView, rule: Rule | undefined): Level[] {
  const canLower =
    request.level === 'change' && request.extends === '' && (rule?.levels.includes('view') ?? false);
  return canLower ? ['view', 'change'] : [request.level];
}
