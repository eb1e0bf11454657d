import type { Declaration } from '../declaration.ts';
import { completion } from './completion.ts';
import { explain } from './explain.ts';
import { keysNew } from './keys-new.ts';
import { preview } from './preview.ts';
import { release } from './release.ts';
import { render } from './render.ts';
import { seal } from './seal.ts';
import { secretsCheck } from './secrets-check.ts';
import { unseal } from './unseal.ts';
import { validate } from './validate.ts';

/** Every capability, in the order in which help and README list them. */
export const declarations: readonly Declaration[] = [
  preview,
  render,
  validate,
  explain,
  seal,
  unseal,
  secretsCheck,
  keysNew,
  release,
  completion,
];
