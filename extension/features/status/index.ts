/** What people see of the worker's state: the status for our pages, the toolbar, and the warnings before an end. */
export { publish, publishUntil } from './publish.ts';
