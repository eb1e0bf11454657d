import { createServer, request } from 'node:http';

/** Stands before a server and keeps everything that it is sent, but for the credential itself. */
export interface Recorder {
  url: string;
  /** Each request: method, address, headers and body, as one text. */
  sent: string[];
  close(): Promise<void>;
}

export async function startRecorder(target: string): Promise<Recorder> {
  const sent: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = 'GET', url = '/', headers } = incoming;
    const { authorization: _, ...shown } = headers;
    sent.push(`${method} ${url}\n${JSON.stringify(shown)}\n${body.toString('utf8')}`);
    const forwarded = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    sent,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
