import type { Rows } from '#shared/domain/entries.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import { consoleNamed } from '../consoles/index.ts';
import type { Services } from '../context.ts';
import { detailOf } from '../details/index.ts';
import { refOf } from '../people/index.ts';

/** A browser that never says that it shut is gone: after so many ms its missing word is history, not news. */
const news = 3_600_000;

/** A grant as the wire shows it. */
export function grantView(services: Services, grant: Rows['grant']): GrantView {
  const { id, name } = consoleNamed(services, grant.console);
  const recent = grant.endedAt !== undefined && grant.endedAt > services.now() - news;
  return {
    id: grant.id,
    request: grant.request,
    console: { id, name },
    level: grant.level,
    made: grant.made,
    until: grant.until,
    basis: grant.basis,
    status: grant.status,
    ...(grant.session === undefined ? {} : { session: grant.session }),
    ...(grant.endedHow === undefined ? {} : { endedHow: grant.endedHow }),
    ...(grant.endedAt === undefined ? {} : { endedAt: grant.endedAt }),
    ...(grant.endedBy === undefined ? {} : { endedBy: refOf(services, grant.endedBy) }),
    ...(grant.reason === undefined ? {} : { reason: detailOf(services, grant.reason) }),
    // Whether the console is really shut is the browser's word; until it comes, people see that it is missing (case 29).
    unacknowledged: recent && grant.session !== undefined && !services.heartbeats.hasShut(grant.id),
  };
}
