import { Command } from 'commander';
import { backupCommand } from './backup.ts';
import { doctorCommand } from './doctor.ts';
import { evidenceCommand } from './evidence.ts';
import { personCommand } from './person.ts';
import { logCommand } from './log.ts';
import { recoverCommand } from './recover.ts';
import { policyCommand } from './policy.ts';
import { restoreCommand } from './restore.ts';
import { verifyCommand } from './verify.ts';

/** The `countersign` command and all that it can do. */
export function program(): Command {
  return new Command('countersign')
    .description('On-call access to consoles, countersigned with a hardware key.')
    .addCommand(doctorCommand())
    .addCommand(logCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(evidenceCommand())
    .addCommand(verifyCommand())
    .addCommand(policyCommand())
    .addCommand(personCommand())
    .addCommand(recoverCommand());
}
