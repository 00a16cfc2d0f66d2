import { Command } from 'commander';
import { personCommand } from './person.ts';
import { logCommand } from './log.ts';
import { policyCommand } from './policy.ts';

/** The `countersign` command and all that it can do. */
export function program(): Command {
  return new Command('countersign')
    .description('On-call access to consoles, countersigned with a hardware key.')
    .addCommand(logCommand())
    .addCommand(policyCommand())
    .addCommand(personCommand());
}
