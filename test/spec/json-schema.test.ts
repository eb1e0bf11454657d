import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lunchboxJsonSchema } from '../../generator/spec/json-schema.ts';

describe('schemas/lunchbox.schema.json', () => {
  it('is what the definition of the spec gives (npm run schemas)', () => {
    expect(JSON.parse(readFileSync('schemas/lunchbox.schema.json', 'utf8'))).toEqual(lunchboxJsonSchema());
  });

  it('closes every mapping with named keys, and lets an environment override and remove', () => {
    const text = JSON.stringify(lunchboxJsonSchema());
    const schema = JSON.parse(text);
    expect(schema.required).toEqual(['app', 'environments']);
    expect(schema.properties.environments.additionalProperties.anyOf).toEqual([
      { type: 'null' },
      { $ref: '#/definitions/overrides' },
    ]);
    const { overrides } = schema.definitions;
    expect(overrides.required).toBeUndefined();
    expect(overrides.additionalProperties).toBe(false);
    expect(overrides.properties.app).toBeUndefined();
    expect(overrides.properties.redis.anyOf).toContainEqual({ type: 'null' });
    // Every key says what it is for.
    for (const [name, property] of Object.entries<{ description?: string }>(schema.properties))
      expect(property.description, name).toBeTruthy();
  });
});
