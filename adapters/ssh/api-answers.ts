import { connect } from 'node:tls';

/** The line ended, or never was. */
const CUT = new Set(['ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'EPIPE']);

/**
 * Whether somebody who speaks TLS answers behind a Unix socket. Nothing is told to them and nothing believed.
 * @param timeout Milliseconds.
 */
export function apiAnswers(path: string, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path, timeout });
    const done = (answered: boolean) => {
      resolve(answered);
      socket.destroy();
    };
    socket.once('secureConnect', () => done(true));
    // A certificate that the system does not know is the usual one here, and it has come through the line.
    socket.on('error', ({ code }: NodeJS.ErrnoException) => done(!CUT.has(code ?? '')));
    socket.once('timeout', () => done(false));
    socket.once('close', () => done(false));
  });
}
