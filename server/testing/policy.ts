/** The policy of most tests: each mode, somebody who decides and nobody who does. */
export const testPolicy = `version: 1
consoles:
  vault:
    name: Vault
    hosts: [vault.localhost]
    start: http://vault.localhost/
    mode: closed
    pack: node-red
    record: requests
    unreachable: close
    maximum: PT1H
  queue:
    name: Queue
    hosts: [queue.localhost]
    start: http://queue.localhost/
    mode: watch
    record: actions
    maximum: PT2H
groups:
  leads: [cleo]
eligibility:
  - name: vault-decided
    who: ['role:engineer']
    consoles: [vault]
    levels: [view, change]
    durations: [PT15M, PT30M, PT1H]
    decides: ['role:approver']
  - name: queue-self-approved
    who: ['role:engineer']
    consoles: [queue]
    levels: [change]
    durations: [PT15M, PT1H]
    decides: nobody
`;
