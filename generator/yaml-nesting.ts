const DEEPEST = 500;
const DEEPEST_INDENTATION = 1000;
const COMPACT = new RegExp(`(?:[-?:][ \\t]+){${DEEPEST}}`);
const INDENTED = new RegExp(`^ {${DEEPEST_INDENTATION}}`, 'm');

/**
 * Whether a YAML text may nest so deeply that parsing it recursively exhausts the stack, which can end the whole process:
 * the engine cannot even throw when it compiles a regular expression there. Counts brackets wherever they stand,
 * quotes and comments included: no text that people write comes near.
 */
export function nestsTooDeeply(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x5b || character === 0x7b) depth++;
    else if ((character === 0x5d || character === 0x7d) && depth > 0) depth--;
    if (depth > DEEPEST) return true;
  }
  return COMPACT.test(text) || INDENTED.test(text);
}
