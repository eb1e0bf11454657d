import { StringDecoder } from 'node:string_decoder';

/** Messages that are kept. */
const KEPT = 40;
const LONGEST_LINE = 500;

/** What `ssh` tells on standard error, at LogLevel DEBUG1, as far as it matters here. Bounded, whatever arrives. */
export class SshLog {
  /** The TCP connection stands. */
  connected = false;
  /** The server's host key was checked and is the pinned one. */
  trusted = false;
  authenticated = false;
  /** `SHA256:…` of the host key that the server showed, with its type. */
  shown: { type: string; fingerprint: string } | undefined;
  /** Whether a key was offered at all. */
  offered = false;
  /** How the droplet answered the last connection that it refused to make. */
  refusedForward: string | undefined;
  /** The exit code of the command; negative when none came. */
  exitStatus: number | undefined;
  /** A signal ended the command. */
  signalled = false;
  /** What is no debug talk, newest last. */
  readonly messages: string[] = [];
  private rest = '';
  private pieces = '';
  private readonly decoder = new StringDecoder('utf8');

  push(chunk: Buffer): void {
    const parts = (this.rest + this.decoder.write(chunk)).split(/\r?\n/);
    this.rest = (parts.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of parts) this.line(line.slice(0, LONGEST_LINE));
  }

  end(): void {
    this.line(this.rest);
    if (this.pieces !== '') this.said(this.pieces);
    this.rest = '';
    this.pieces = '';
  }

  /** The first message that fits. */
  find(pattern: RegExp): RegExpExecArray | undefined {
    for (const message of this.messages) {
      const found = pattern.exec(message);
      if (found) return found;
    }
    return undefined;
  }

  private line(line: string): void {
    // What the droplet writes arrives in pieces, and OpenSSH talks in between.
    const [, piece = '', debug] = /^(.*?)debug\d: (.*)/.exec(line) ?? [];
    if (debug === undefined) {
      this.said(this.pieces + line);
      this.pieces = '';
      return;
    }
    this.pieces = (this.pieces + piece).slice(0, LONGEST_LINE);
    if (debug.startsWith('Connection established')) this.connected = true;
    else if (debug.startsWith('Offering public key')) this.offered = true;
    else if (/^Host '.*' is known and matches/.test(debug)) this.trusted = true;
    const shown = /^Server host (?:key|certificate): (\S+) (SHA256:\S+)/.exec(debug);
    if (shown) this.shown = { type: shown[1] ?? '', fingerprint: shown[2] ?? '' };
    else if (/ rtype exit-signal /.test(debug)) this.signalled = true;
    const exit = /^Exit status (-?\d+)/.exec(debug);
    if (exit) this.exitStatus = Number(exit[1]);
  }

  private said(line: string): void {
    if (/^Authenticated to /.test(line)) this.authenticated = true;
    this.refusedForward = /^channel \d+: open failed: (.*)/.exec(line)?.[1] ?? this.refusedForward;
    if (
      line.trim() === '' ||
      /^(?:Authenticated to |Transferred: |Bytes per second: |channel \d+: )/.test(line)
    )
      return;
    if (this.messages.length >= KEPT) this.messages.shift();
    // What another machine says is not for this terminal to obey.
    this.messages.push(line.replace(/[^\p{L}\p{N}\p{P}\p{S}\p{Zs}]/gu, ''));
  }
}
