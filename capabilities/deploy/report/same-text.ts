/** Whether two texts are the same but for line ends, which GitHub gives back as it likes. */
export function sameText(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim();
  return plain(a) === plain(b);
}
