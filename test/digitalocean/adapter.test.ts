import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digitalOcean } from '../../adapters/digitalocean/cloud.ts';
import { CloudError } from '../../capabilities/ports/cloud-error.ts';
import { UserError } from '../../generator/errors.ts';
import { FAULTS } from './fake/faults.ts';
import { TOKEN } from './fake/server.ts';
import { KEY, type Lab, startLab, wantedFrom } from './support.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.fake.close());

async function errorOf(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not fail');
}

/** Everything that a program may print of an error, with whatever it was caused by. */
function printed(error: unknown): string {
  const seen: unknown[] = [];
  for (let each: unknown = error; each instanceof Error && seen.length < 10; each = each.cause)
    seen.push(each);
  return seen
    .flatMap((each) => [
      inspect(each, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
      JSON.stringify(each, Object.getOwnPropertyNames(each as object)),
      JSON.stringify(each),
      String(each),
      (each as Error).stack ?? '',
    ])
    .join('\n');
}

describe('an error of the API', () => {
  it.each(Object.entries(FAULTS).filter(([, { answer }]) => answer !== 'none'))(
    'holds no token and nothing of the request: %s',
    async (_, fault) => {
      lab.fake.fault = { at: 0, fault: { ...fault, fromThen: 'outage' } };
      const error = await errorOf(lab.cloud.createSshKey({ name: 'shop', publicKey: KEY }));
      expect(error).toBeInstanceOf(CloudError);
      expect(printed(error)).not.toContain(TOKEN);
      expect(printed(error)).not.toContain('Bearer');
      expect(printed(error)).not.toContain('AAAAC3Nza');
    },
  );

  it('holds none either when the API echoes it, or where it is the cause of another', async () => {
    lab.fake.fault = {
      at: 0,
      fault: {
        carriedOut: false,
        answer: { status: 400, body: { id: TOKEN, message: `bad header ${TOKEN}` } },
      },
    };
    const error = await errorOf(lab.cloud.account());
    expect(error.message).toMatch(/^account: 400 bad header \[token\] \(request /);
    expect(printed(error)).not.toContain(TOKEN);
    lab.fake.forget();
    lab.fake.fault = { at: 0, fault: FAULTS.refused };
    const told = await errorOf(lab.apply(wantedFrom()));
    expect(told).toBeInstanceOf(UserError);
    expect(printed(told)).not.toContain(TOKEN);
  });

  it('holds none when nobody listens, or no answer comes', async () => {
    lab.fake.fault = { at: 0, fault: { ...FAULTS['no answer in time'], fromThen: 'cut' } };
    expect(printed(await errorOf(lab.cloud.account()))).not.toContain(TOKEN);
    await lab.fake.close();
    const refused = await errorOf(lab.cloud.account());
    expect(refused).toMatchObject({ status: 0, id: 'ECONNREFUSED', unclear: false });
    expect(printed(refused)).not.toContain(TOKEN);
  });

  it('says what the API said, with the request id', async () => {
    const error = await errorOf(
      lab.cloud.createVolume({ name: 'shop', region: 'sgp1', gib: 1, tag: 'lunchbox:shop:prod' }),
    );
    expect(error).toMatchObject({
      name: 'CloudError',
      call: 'createVolume',
      status: 422,
      id: 'unprocessable_entity',
      said: 'region does not support block storage',
      requestId: expect.stringMatching(/^[\w-]{36}$/),
      transient: false,
    });
  });

  it('understands the form in which tags are refused', async () => {
    lab.fake.fault = {
      at: 0,
      fault: {
        carriedOut: false,
        answer: { status: 400, body: { error: 'Error validating', messages: null } },
      },
    };
    const error = await errorOf(lab.cloud.createTag('lunchbox:shop:prod'));
    expect(error.message).toMatch(/^createTag: 400 Error validating \(request /);
  });

  it('is one as well when an answer is none of the API', async () => {
    lab.fake.fault = { at: 0, fault: { carriedOut: false, answer: { status: 200, body: ['a portal'] } } };
    await expect(lab.cloud.account()).rejects.toMatchObject({ id: 'ERR_ANSWER', transient: false });
  });
});

describe('ids', () => {
  const uuid = '8d3c1c9e-3f0a-4b8f-9d5e-0f8f2c9a1b7d';
  const calls: [string, (lab: Lab) => Promise<unknown>][] = [
    ['a tag that leaves its path', ({ cloud }) => cloud.deleteTag('a/../../droplets?tag_name=x#')],
    ['an empty tag', ({ cloud }) => cloud.deleteTag('')],
    ['a volume', ({ cloud }) => cloud.deleteVolume('../droplets')],
    ['a VPC with a query', ({ cloud }) => cloud.deleteVpc(`${uuid}?x=1`)],
    ['a firewall', ({ cloud }) => cloud.deleteFirewall(`${uuid}/`)],
    ['a project', ({ cloud }) => cloud.deleteProject('.')],
    ['an address', ({ cloud }) => cloud.deleteReservedIp('198.51.100.7/../../droplets')],
    ['a zone', ({ cloud }) => cloud.deleteRecord('../droplets', 5)],
    ['no number', ({ cloud }) => cloud.deleteDroplet(Number.NaN)],
    ['zero', ({ cloud }) => cloud.deleteDroplet(0)],
    ['a text for a number', ({ cloud }) => cloud.deleteDroplet('1/../../account' as never)],
    ['an image', ({ cloud }) => cloud.image('../account')],
  ];
  it.each(calls)('that are none are never asked with: %s', async (_, call) => {
    await expect((async () => call(lab))()).rejects.toThrow(UserError);
    expect(lab.fake.requests).toEqual([]);
  });

  it('that are right arrive as they are', async () => {
    await lab.cloud.createTag('lunchbox:shop:prod');
    await lab.cloud.deleteTag('lunchbox:shop:prod');
    expect(lab.fake.requests).toEqual(['POST /v2/tags', 'DELETE /v2/tags/lunchbox%3Ashop%3Aprod']);
    expect(lab.fake.world.tags.size).toBe(0);
  });
});

describe('repeating', () => {
  it('waits as long as the API asks', async () => {
    lab.fake.fault = { at: 0, fault: FAULTS['rate limit'] };
    const before = lab.clock.time;
    await lab.cloud.account();
    expect(lab.clock.time - before).toBe(7_500);
  });

  it('waits for the reset when that is all that is said, and says so when it is far away', async () => {
    const limited = (reset: number) => ({
      carriedOut: false,
      answer: {
        status: 429,
        body: { id: 'too_many_requests', message: 'API Rate limit exceeded.' },
        headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': String(reset) },
      },
    });
    const now = lab.clock.time / 1000;
    lab.fake.fault = { at: 0, fault: limited(now + 40) };
    const before = lab.clock.time;
    await lab.cloud.account();
    expect(lab.clock.time - before).toBe(40_500);
    lab.fake.fault = { at: 2, fault: limited(now + 3_000) };
    await expect(lab.cloud.account()).rejects.toMatchObject({ status: 429, retryAfter: 2960 });
  });

  it('tries a read five times', async () => {
    lab.fake.outage = true;
    await expect(lab.cloud.account()).rejects.toMatchObject({ status: 503 });
    expect(lab.fake.requests).toHaveLength(5);
  });

  it.each(['server error, yet carried out', 'line cut after it arrived', 'no answer in time'] as const)(
    'looks before it makes something again: %s',
    async (name) => {
      lab.fake.fault = { at: 0, fault: FAULTS[name] };
      const vpc = await lab.cloud.createVpc({ name: 'shop', region: 'fra1', description: 'x' });
      expect(lab.fake.world.vpcs.map(({ id }) => id)).toEqual([vpc.id]);
      // It is listed only after a while.
      expect(lab.fake.requests.filter((request) => request.startsWith('GET')).length).toBeGreaterThan(1);
    },
  );

  it('makes it again when it was not made', async () => {
    lab.fake.fault = { at: 0, fault: FAULTS['line cut before it arrives'] };
    await lab.cloud.createVpc({ name: 'shop', region: 'fra1', description: 'x' });
    expect(lab.fake.world.vpcs).toHaveLength(1);
  });

  it('begins an action once, unless it was surely not begun', async () => {
    const { droplet } = await lab.apply(wantedFrom());
    lab.fake.forget();
    lab.fake.fault = { at: 0, fault: FAULTS['line cut before it arrives'] };
    await expect(lab.cloud.powerDroplet(droplet.id, 'shutdown')).rejects.toMatchObject({ unclear: true });
    expect(lab.fake.requests).toHaveLength(1);
    lab.fake.forget();
    lab.fake.fault = { at: 0, fault: FAULTS['rate limit'] };
    await lab.cloud.powerDroplet(droplet.id, 'shutdown');
    expect(lab.fake.requests).toHaveLength(2);
  });

  it('takes what is gone for removed', async () => {
    await expect(lab.cloud.deleteDroplet(7)).resolves.toBeUndefined();
    await expect(lab.cloud.droplet(7)).resolves.toBeUndefined();
  });
});

describe('lists', () => {
  it('are read to their end, 200 at a time', async () => {
    for (let each = 0; each < 450; each++) lab.fake.world.tags.add(`lunchbox-x${each}`);
    lab.fake.world.tags.add('of-somebody-else');
    expect(await lab.cloud.tags()).toHaveLength(450);
    expect(lab.fake.requests).toHaveLength(3);
  });
});

describe('a token', () => {
  it('that is missing or odd is refused before it is sent', () => {
    const { clock } = lab;
    for (const token of ['', 'two words', 'line\nbreak'])
      expect(() => digitalOcean({ token, clock, endpoint: lab.fake.endpoint })).toThrow(/DigitalOcean token/);
  });

  it('goes to nobody but an https endpoint, or this machine', () => {
    const { clock } = lab;
    for (const endpoint of ['http://api.digitalocean.com/v2', 'ftp://127.0.0.1', 'nonsense', 'https://a:b@c'])
      expect(() => digitalOcean({ token: TOKEN, clock, endpoint })).toThrow(/no https URL/);
  });

  it('does not follow a redirect', async () => {
    lab.fake.fault = {
      at: 0,
      fault: { carriedOut: false, answer: { status: 302, headers: { location: '/v2/account' } } },
    };
    await expect(lab.cloud.account()).rejects.toMatchObject({ status: 302 });
    expect(lab.fake.requests).toHaveLength(1);
  });

  it('that is not valid is told as that', async () => {
    const cloud = digitalOcean({ token: 'dop_v1_old', clock: lab.clock, endpoint: lab.fake.endpoint });
    await expect(cloud.account()).rejects.toMatchObject({ status: 401, id: 'unauthorized' });
  });
});
