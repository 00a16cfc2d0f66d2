/** What the form says to the content script that framed it. The page hears it too, so it carries nothing. */
export const CLOSE_FORM = 'countersign:close-form';
