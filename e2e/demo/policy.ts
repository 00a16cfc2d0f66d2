/** The demo's policy: Node-RED shut, Harbour watched, the leads decide. */
export const demoPolicy = (nodeRed: string, harbour: string): string => `version: 1

consoles:
  node-red:
    name: Node-RED
    hosts: [nodered.localhost]
    start: ${nodeRed}/
    mode: closed
    pack: node-red
  harbour:
    name: Harbour
    hosts: [harbour.localhost]
    start: ${harbour}/
    mode: watch

groups:
  platform: [ben]
  leads: [cleo]

eligibility:
  - name: platform-on-call
    who: [group:platform]
    consoles: [node-red, harbour]
    levels: [change]
    durations: [PT15M, PT30M, PT1H]
    decides: [group:leads]
`;
