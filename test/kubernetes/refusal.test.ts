import { describe, expect, it } from 'vitest';
import { refusal } from '../../adapters/kubernetes/refusal.ts';

const status = (message: string, causes: { field: string; message: string }[] = []) =>
  refusal(
    'apply Deployment shop/web',
    422,
    JSON.stringify({ kind: 'Status', reason: 'Invalid', message, details: { causes } }),
    undefined,
  );

describe('a refusal of the API server', () => {
  it('quotes no value that it could not read', () => {
    const { message } = status(
      'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): errors:\n' +
        '  .spec.template.spec.containers[name="web"].env[name="DB_PASSWORD"].value: expected string, got &value.valueUnstructured{Value:73519284}\n' +
        '  .stringData.a: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"x":"c4nary}"}}',
    );
    expect(message).toContain(
      'env[name="DB_PASSWORD"].value: expected string, got &value.valueUnstructured{Value:<hidden>}\n',
    );
    expect(message).toMatch(
      /\.stringData\.a: expected string, got &value\.valueUnstructured\{Value:<hidden>\}$/,
    );
    expect(message).not.toMatch(/73519284|c4nary/);
  });

  it('quotes no whole object, and keeps what it says of it', () => {
    const said = 'Invalid value: {"spec":{"env":[{"name":"A","value":"c4nary: x"}]}}: field is immutable';
    const go = 'Invalid value: core.PodTemplateSpec{Env:"c4nary: x"}: field is immutable';
    const { message, causes } = status(`Job.batch "web" is invalid: spec.template: ${said}`, [
      { field: 'spec.template', message: said },
      { field: 'spec.template', message: go },
    ]);
    expect(message).toContain('spec.template: Invalid value: <hidden>: field is immutable');
    expect(causes.map((cause) => cause.message)).toEqual(
      Array(2).fill('Invalid value: <hidden>: field is immutable'),
    );
  });

  it('quotes no value of a field whose name says that it is secret, and all others', () => {
    const { message, causes } = status(
      'X "web" is invalid: [spec.adminPassword: Invalid value: "c4nary \\" x": too short, spec.port: Invalid value: 99999: must be between 1 and 65535, spec.token: Unsupported value: "c4nary": supported values: "a"]',
      [
        { field: 'spec.adminPassword', message: 'Invalid value: "c4nary \\" x": too short' },
        { field: 'spec.port', message: 'Invalid value: 99999: must be between 1 and 65535' },
        { field: 'spec.env[0].value', message: 'Invalid value: "abc": must be a number' },
      ],
    );
    expect(message).toContain(
      '[spec.adminPassword: Invalid value: <hidden>: too short, spec.port: Invalid value: 99999: must be between 1 and 65535, spec.token: Unsupported value: <hidden>: supported values: "a"]',
    );
    expect(causes.map((cause) => cause.message)).toEqual([
      'Invalid value: <hidden>: too short',
      'Invalid value: 99999: must be between 1 and 65535',
      'Invalid value: "abc": must be a number',
    ]);
  });
});
