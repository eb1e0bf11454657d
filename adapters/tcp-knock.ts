import { connect } from 'node:net';
import type { Knock } from '../capabilities/ports/knock.ts';

/** Milliseconds after which nobody is there, or nothing is said. */
const PATIENCE = 4_000;

/** Connects from here, which is outside. */
export const tcpKnock: Knock = (host, port, ask) =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    let stands = false;
    const done = (outcome: Awaited<ReturnType<Knock>>) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => done(stands ? 'open' : 'silent'), PATIENCE);
    socket.on('connect', () => {
      stands = true;
      if (ask === undefined) done('open');
      else socket.write(ask);
    });
    socket.on('data', () => done('answered'));
    socket.on('end', () => done('open'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      done(stands ? 'open' : error.code === 'ECONNREFUSED' ? 'refused' : 'silent'),
    );
  });
