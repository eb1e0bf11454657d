#!/usr/bin/env node
// Rebuilds kubeconform.wasm.br from upstream's sources, bit by bit. Needs Go 1.26.8 (or lets Go fetch it).
//   node build.mjs            rebuild and replace the committed file
//   node build.mjs --check    rebuild and compare with the committed checksum; exit 1 when they differ
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, 'build');
const sumsFile = join(here, 'SHA256SUMS');
const folder = mkdtempSync(join(tmpdir(), 'kubeconform-'));

try {
  const out = join(folder, 'kubeconform.wasm');
  const go = (args, env = {}) =>
    execFileSync('go', args, {
      cwd: sources,
      encoding: 'utf8',
      // Everything that could change a byte is stated, whatever the caller's environment says.
      env: { ...process.env, GOTOOLCHAIN: 'go1.26.8', GOFLAGS: '-mod=readonly', GOWORK: 'off', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  go(
    [
      'build',
      '-trimpath',
      '-buildvcs=false',
      '-ldflags=-s -w',
      '-o',
      out,
      'github.com/yannh/kubeconform/cmd/kubeconform',
    ],
    {
      GOOS: 'wasip1',
      GOARCH: 'wasm',
      GOWASM: '',
      CGO_ENABLED: '0',
    },
  );
  const wasm = readFileSync(out);
  const line = `${createHash('sha256').update(wasm).digest('hex')}  kubeconform.wasm\n`;
  if (process.argv.includes('--check')) {
    const same = readFileSync(sumsFile, 'utf8') === line;
    console.log(`${line.trim()}: ${same ? 'the same as committed' : 'NOT the same as committed'}`);
    process.exitCode = same ? 0 : 1;
  } else {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length,
    };
    writeFileSync(join(here, 'kubeconform.wasm.br'), brotliCompressSync(wasm, { params }));
    writeFileSync(sumsFile, line);
    const module = JSON.parse(go(['list', '-m', '-json', 'github.com/yannh/kubeconform']));
    copyFileSync(join(module.Dir, 'LICENSE'), join(here, 'LICENSE'));
    console.log(line.trim());
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
