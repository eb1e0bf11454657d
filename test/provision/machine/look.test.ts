import { describe, expect, it } from 'vitest';
import { type Look, readLook, standingOf } from '../../../generator/provision/machine/look.ts';

const FRESH: Look = {
  os: 'ubuntu',
  boot: 'b1',
  cloudInit: 'running',
  marker: undefined,
  profile: false,
  lustrate: false,
  oldRoot: false,
  ubuntuRoot: true,
  converted: false,
  ownKey: undefined,
  converged: undefined,
  lastLine: undefined,
};
const DONE = { cloudInit: 'done', marker: 'b1', profile: true, lustrate: true };
const NIXOS = { os: 'nixos', boot: 'b2', cloudInit: undefined, ubuntuRoot: false };

describe('where a machine stands', () => {
  it.each<[string, Partial<Look>, string]>([
    ['a new droplet', {}, 'converting'],
    ['one whose cloud-init has not begun', { cloudInit: 'not run' }, 'converting'],
    ['one that is being converted', { profile: true, lustrate: true, lastLine: 'x' }, 'converting'],
    ['one that says that it is done while cloud-init runs', { ...DONE, cloudInit: 'running' }, 'converting'],
    ['one that was converted', DONE, 'converted'],
    ['one where something else failed after that', { ...DONE, cloudInit: 'error' }, 'converted'],
    [
      'one that refused',
      { cloudInit: 'error', lastLine: 'become-nixos: refused, nothing was changed: x' },
      'lost',
    ],
    ['one that broke off', { cloudInit: 'error', profile: true, lustrate: true }, 'lost'],
    ['one with the marker of another boot', { ...DONE, marker: 'b0' }, 'lost'],
    ['one that came back as Ubuntu', { ...DONE, marker: undefined }, 'lost'],
    ['one without cloud-init', { cloudInit: undefined }, 'lost'],
    ['one of another system', { os: 'debian', cloudInit: 'done' }, 'lost'],
    ['one with its first NixOS', { ...NIXOS, oldRoot: true }, 'first boot'],
    ['one with NixOS', NIXOS, 'nixos'],
    ['one whose old root stayed', { ...NIXOS, ubuntuRoot: true }, 'lost'],
    ['one whose list was not worked off', { ...NIXOS, lustrate: true }, 'lost'],
  ])('%s', (_, more, state) => {
    expect(standingOf({ ...FRESH, ...more }).state).toBe(state);
  });

  it('says what the conversion said', () => {
    const refused = {
      ...FRESH,
      cloudInit: 'error',
      lastLine: 'become-nixos: refused, nothing was changed: no key',
    };
    expect(standingOf(refused)).toEqual({
      state: 'lost',
      why: 'the conversion failed (refused, nothing was changed: no key)',
    });
    expect(standingOf({ ...FRESH, cloudInit: 'error' })).toEqual({
      state: 'lost',
      why: 'the conversion failed (cloud-init says error)',
    });
  });

  it('is read from lines, and not from half an answer', () => {
    expect(
      readLook('os=nixos\nboot=b2\noldRoot=yes\nconverted=yes\nownKey=ssh-ed25519 AAAA==\n'),
    ).toMatchObject({
      os: 'nixos',
      boot: 'b2',
      oldRoot: true,
      converted: true,
      lustrate: false,
      ownKey: 'ssh-ed25519 AAAA==',
    });
    for (const half of ['', 'os=nixos\n', 'boot=b2\n', 'os=nixos\nboot=\n', 'System is going down.'])
      expect(readLook(half)).toBeUndefined();
  });
});
