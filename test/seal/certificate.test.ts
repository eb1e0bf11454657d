import { describe, expect, it } from 'vitest';
import { readCertificate, requireValid } from '../../generator/seal/certificate.ts';
import { readPrivateKeys } from '../../generator/seal/private-key.ts';
import { certificate, fixture, NOW, refusal } from './fixture.ts';

const read = (text: string) => refusal(() => readCertificate('sealing.crt', text));

describe('certificate', () => {
  it('tells key, validity and name', () => {
    // openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | sha256sum
    expect(certificate).toMatchObject({
      fingerprint: 'sha256:d009189681e4458ffbf509e4876b4c9a2cbd3698be45de6086bb270a747ecee1',
      modulusLength: 2048,
      commonName: 'throw-away test key',
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2036-01-01T00:00:00Z'),
    });
    expect(certificate.publicKey.type).toBe('public');
  });

  it('may have text around it and Windows line ends', () => {
    const text = `Subject: something\r\n${fixture('throw-away.crt').replaceAll('\n', '\r\n')}\r\n`;
    expect(readCertificate('sealing.crt', text).fingerprint).toBe(certificate.fingerprint);
  });

  it('is refused when it is none, several, damaged, not RSA, too weak, or a private key', () => {
    const pem = fixture('throw-away.crt');
    const at = 'sealing.crt:1:1: the sealing certificate';
    expect(read('')).toEqual([`${at} is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)`]);
    expect(read('hello')).toEqual([`${at} is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)`]);
    expect(read(pem + fixture('another-throw-away.crt'))).toEqual([
      `${at} holds 2 certificates; it must be clear which one to seal with`,
    ]);
    const garbage = '-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n';
    expect(read(garbage)).toEqual([
      `${at} is not a certificate: what stands in the PEM block cannot be read`,
    ]);
    expect(read(fixture('elliptic-curve.crt'))).toEqual([`${at} has a key of type ec; sealing needs RSA`]);
    expect(read(fixture('rsa-1024.crt'))).toEqual([
      `${at} has an RSA key of 1024 bits; fewer than 2048 can be broken`,
    ]);
    expect(read(pem + fixture('throw-away.key'))).toEqual([
      `${at} holds a private key: whoever reads this file can open every sealed value`,
    ]);
  });

  it('is refused before and after its time, to the second', () => {
    const at = (time: string) => requireValid('sealing.crt', certificate, new Date(time));
    at('2026-01-01T00:00:00Z');
    at('2036-01-01T00:00:00Z');
    expect(refusal(() => at('2036-01-01T00:00:01Z'))).toEqual([
      'sealing.crt:1:1: the sealing certificate expired on 2036-01-01',
    ]);
    expect(refusal(() => at('2025-12-31T23:59:59Z'))).toEqual([
      'sealing.crt:1:1: the sealing certificate is not valid before 2026-01-01; today is 2025-12-31',
    ]);
    requireValid('sealing.crt', certificate, NOW);
  });
});

describe('private key', () => {
  const keys = (text: string) => readPrivateKeys('prod.key', text);
  const refused = (text: string) => refusal(() => keys(text));

  it('has the fingerprint of its certificate, as PKCS#8 and as PKCS#1', () => {
    expect(keys(fixture('throw-away.key')).map((key) => key.fingerprint)).toEqual([certificate.fingerprint]);
    expect(keys(fixture('throw-away-pkcs1.key')).map((key) => key.fingerprint)).toEqual([
      certificate.fingerprint,
    ]);
  });

  it('may be one of several in a file, certificates between them', () => {
    const text = fixture('throw-away.crt') + fixture('throw-away.key') + fixture('another-throw-away.key');
    expect(keys(text)).toHaveLength(2);
  });

  it('may stand in an escrow that was opened, as JSON', () => {
    const escrow = { app: 'shop', environment: 'prod', k3sToken: 'K10a::server:b' };
    const opened = JSON.stringify({ ...escrow, sealingKey: fixture('throw-away.key') }, null, 2);
    expect(keys(opened).map((key) => key.fingerprint)).toEqual([certificate.fingerprint]);
    const at = 'prod.key:1:1: the private key';
    expect(refused(JSON.stringify(escrow))).toEqual([
      `${at} is not there: this JSON has no \`sealingKey\`; an escrow has none when whoever wrote it had none`,
    ]);
    expect(refused('-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n')).toEqual([
      `${at} is encrypted with age`,
    ]);
    expect(refused('{ no JSON')).toEqual([
      `${at} is not there: nothing in PEM form (-----BEGIN PRIVATE KEY-----)`,
    ]);
  });

  it('is refused when it is absent, encrypted, damaged or not RSA', () => {
    const at = 'prod.key:1:1: the private key';
    const absent = `${at} is not there: nothing in PEM form (-----BEGIN PRIVATE KEY-----)`;
    expect(refused('')).toEqual([absent]);
    expect(refused(fixture('throw-away.crt'))).toEqual([absent]);
    expect(refused(fixture('encrypted.key'))).toEqual([`${at} is encrypted`]);
    expect(refused(fixture('throw-away.key').replace(/\n..../, '\nAAAA'))).toEqual([
      `${at} cannot be read: it is damaged`,
    ]);
    expect(refused(fixture('elliptic-curve.key'))).toEqual([
      `${at} is of type ec; values are sealed with RSA`,
    ]);
  });
});
