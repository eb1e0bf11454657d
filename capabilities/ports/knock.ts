/**
 * What comes of a TCP connection: `open`, `answered` (and it said something to what was sent), `refused`, or `silent`.
 * @param ask What is sent once it stands; without it nothing is.
 */
export type Knock = (
  host: string,
  port: number,
  ask?: string,
) => Promise<'open' | 'answered' | 'refused' | 'silent'>;
