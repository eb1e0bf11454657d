// Run beside pods: passes connections between their network and the one of the tests, as a tunnel does.
// Arguments: FROM=TO ..., each a port of loopback or the path of a Unix socket.
import { connect, createServer } from 'node:net';

const place = (text) => (/^\d+$/.test(text) ? { host: '127.0.0.1', port: Number(text) } : { path: text });

for (const argument of process.argv.slice(2)) {
  const [from, to] = argument.split('=').map(place);
  createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...to, allowHalfOpen: true });
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
  }).listen(from, () => console.log(`${argument} is open`));
}
