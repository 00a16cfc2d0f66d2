/** Of a template's name, in characters. */
export const MAX_TEMPLATE_NAME = 60;
