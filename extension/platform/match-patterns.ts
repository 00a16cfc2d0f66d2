/** Match patterns of a host for content scripts and permissions: any port, both schemes. A wildcard covers more. */
export const matchPatterns = (host: string): string[] => [`http://${host}/*`, `https://${host}/*`];
