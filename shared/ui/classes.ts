/** Joins class names and leaves out what is absent, so that optional props need no ternaries in the markup. */
export const classes = (...names: (string | false | undefined)[]): string => names.filter(Boolean).join(' ');
