/** Text of a program, without the user and password that an address in it may hold, or a header. */
export function withoutCredentials(text: string): string {
  return text.replace(/:\/\/[^\s/@]+@/g, '://').replace(/(authorization:\s*\w+\s+)\S+/gi, '$1<hidden>');
}
