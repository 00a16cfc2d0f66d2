/**
 * A letter or digit that shows. Hangul fillers and other letters that are drawn as nothing are letters to Unicode, and so
 * are two blanks among the hieroglyphs; a reader sees none of them.
 */
const shows = /(?!\p{Default_Ignorable_Code_Point}|[\u{13441}\u{13442}])[\p{L}\p{N}]/u;

/** Whether a text that has to say why says anything: spaces, invisible characters and signs alone do not (case 71). */
export const isBlank = (text: string): boolean => !shows.test(text);
