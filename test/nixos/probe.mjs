// Run inside a network namespace. `listen PORT…` answers on these ports until it is ended; `ask JSON` connects to each
// [address, port, from] and prints which connections came about.
import { connect, createServer } from 'node:net';

const [what, ...rest] = process.argv.slice(2);
if (what === 'listen') {
  let waiting = rest.length;
  for (const port of rest)
    createServer((socket) => socket.on('error', () => {}).end()).listen(Number(port), '::', () => {
      if (--waiting === 0) console.log('listening');
    });
} else {
  const ask = ([host, port, localAddress]) =>
    new Promise((resolve) => {
      const socket = connect({ host, port, localAddress, timeout: 1500 });
      const end = (open) => {
        socket.destroy();
        resolve(open);
      };
      socket.on('connect', () => end(true));
      socket.on('timeout', () => end(false));
      socket.on('error', () => end(false));
    });
  console.log(JSON.stringify(await Promise.all(JSON.parse(rest[0]).map(ask))));
}
