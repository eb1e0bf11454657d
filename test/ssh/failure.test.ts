import { expect, it } from 'vitest';
import { whyNotIn } from '../../adapters/ssh/failure.ts';
import { SshLog } from '../../adapters/ssh/log.ts';

/** What is said of an `ssh` that printed these lines and ended. */
function said(...lines: string[]) {
  const log = new SshLog();
  log.push(Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
  log.end();
  const request = {
    host: '192.0.2.7',
    port: 22,
    user: 'lunchbox',
    knownHosts: { file: 'known_hosts', text: '' },
  };
  return whyNotIn(request, { log, timedOut: false });
}

/** How OpenSSH 9.2 words a reset, by the moment at which it arrives. */
it.each([
  ['while it connects', 'ssh: connect to host 192.0.2.7 port 22: Connection reset by peer'],
  ['before the banner', 'kex_exchange_identification: read: Connection reset by peer'],
  ['after the banner', 'Connection reset by 192.0.2.7 port 22'],
  ['while it writes', 'kex_exchange_identification: write: Broken pipe'],
  ['as an ordinary end', 'kex_exchange_identification: Connection closed by remote host'],
])('a connection that is cut %s is called cut, and tried again', (_, line) => {
  const failure = said(line);
  expect(failure.message).toContain('cut the connection before anybody could log in');
  expect(failure.transient).toBe(true);
});

it.each([
  ['Connection refused', 'nothing listens at 192.0.2.7'],
  ['Connection timed out', '192.0.2.7 did not answer in time'],
  ['No route to host', '192.0.2.7 cannot be reached (No route to host)'],
  ['Network is unreachable', '192.0.2.7 cannot be reached (Network is unreachable)'],
])('an address that answers `%s`', (reason, message) => {
  const failure = said(`ssh: connect to host 192.0.2.7 port 22: ${reason}`);
  expect(failure.message).toContain(message);
  expect(failure.transient).toBe(true);
});
