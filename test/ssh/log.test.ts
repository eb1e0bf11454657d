import { describe, expect, it } from 'vitest';
import { SshLog } from '../../adapters/ssh/log.ts';

function logOf(...chunks: string[]): SshLog {
  const log = new SshLog();
  for (const chunk of chunks) log.push(Buffer.from(chunk));
  log.end();
  return log;
}

describe('what ssh tells on standard error', () => {
  it('is followed step by step', () => {
    const log = new SshLog();
    log.push(
      Buffer.from('debug1: Connection established.\r\ndebug1: Server host key: ssh-ed25519 SHA256:ab+/c\r\n'),
    );
    expect(log).toMatchObject({ connected: true, authenticated: false, offered: false });
    expect(log.shown).toEqual({ type: 'ssh-ed25519', fingerprint: 'SHA256:ab+/c' });
    log.push(
      Buffer.from(
        'debug1: Offering public key: key ED25519 SHA256:x explicit\nAuthenticated to h ([1.2.3.4]:22) u',
      ),
    );
    expect(log).toMatchObject({ offered: true, authenticated: false });
    log.push(Buffer.from('sing "publickey".\nchannel 3: open failed: connect failed: Connection refused\n'));
    expect(log).toMatchObject({ authenticated: true, refusedForward: 'connect failed: Connection refused' });
    log.push(Buffer.from('debug1: Exit status 3\n'));
    expect(log.exitStatus).toBe(3);
    expect(log.messages).toEqual([]);
  });

  it('puts together what the droplet wrote in pieces, with OpenSSH talking in between', () => {
    const log = logOf('cat: debug1: client_input_channel_req: x\n/etc/k3s.yaml: Permission denied\nlast');
    expect(log.messages).toEqual(['cat: /etc/k3s.yaml: Permission denied', 'last']);
  });

  it('takes no control characters over', () => {
    expect(logOf('\u001b]0;title\u0007red \u001b[31malert\n').messages).toEqual([']0;titlered [31malert']);
  });

  it('stays small, whatever arrives', () => {
    const log = logOf('x'.repeat(1e6), '\n', ...Array.from({ length: 500 }, (_, index) => `line ${index}\n`));
    expect(log.messages.length).toBeLessThanOrEqual(40);
    expect(log.messages.at(-1)).toBe('line 499');
    expect(Math.max(...log.messages.map(({ length }) => length))).toBeLessThanOrEqual(500);
    const endless = new SshLog();
    for (let count = 0; count < 1000; count++) endless.push(Buffer.alloc(1000, 'y'));
    endless.end();
    expect(endless.messages.join('').length).toBeLessThanOrEqual(1500);
  });
});
