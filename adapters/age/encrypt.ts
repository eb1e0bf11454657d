import type { Encrypt } from '../../capabilities/ports/encrypt.ts';

/** @throws Error for a recipient that age does not know */
export const ageEncrypt: Encrypt = async (text, recipients) => {
  // Only a run that writes an escrow needs it.
  const { armor, Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(text));
};
