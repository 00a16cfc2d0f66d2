import { Command } from 'commander';
import { exportCommand } from './export.ts';
import { fsckCommand } from './fsck.ts';
import { headCommand } from './head.ts';
import { refoldCommand } from './refold.ts';
import { rotateCommand } from './rotate.ts';

/** `countersign log …` */
export function logCommand(): Command {
  return new Command('log')
    .description('Inspect and maintain the log.')
    .addCommand(fsckCommand())
    .addCommand(headCommand())
    .addCommand(exportCommand())
    .addCommand(refoldCommand())
    .addCommand(rotateCommand());
}
