/** Encrypts a text so that any of the recipients (`age1…`) can open it. @returns age's armoured form */
export type Encrypt = (text: string, recipients: readonly string[]) => Promise<string>;
