/** Logs a text line by line, without the newline at its end. */
export function logLines(text: string, log: (line: string) => void): void {
  for (const line of text.replace(/\n+$/, '').split('\n')) log(line);
}
