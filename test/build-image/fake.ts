import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** One call of the program that stands in for `docker`. */
export interface Call {
  args: string[];
  stdin: string;
  SOURCE_DATE_EPOCH?: string;
  DOCKER_BUILDKIT?: string;
}

/** A folder to build in, and a stand-in for `docker` first on PATH. */
export interface Fake {
  folder: string;
  env: Record<string, string>;
  write(files: Readonly<Record<string, string>>): void;
  read(path: string): string | undefined;
  /** What the engine has, e.g. `{ buildx: false }`. */
  settings(settings: Readonly<Record<string, unknown>>): void;
  /** Makes the calls that begin with these words fail with these lines. */
  fault(on: string, ...lines: string[]): void;
  calls(): Call[];
  /** Those that build. */
  builds(): Call[];
  remove(): void;
}

export function fakeDocker(): Fake {
  // Named after nothing that a test looks for.
  const base = mkdtempSync(join(tmpdir(), 'lunchbox-fake-'));
  const [folder, bin, state] = ['repository', 'bin', 'state'].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [folder, bin, state]) mkdirSync(each);
  copyFileSync(join(import.meta.dirname, 'fake-docker.mjs'), join(bin, 'docker'));
  chmodSync(join(bin, 'docker'), 0o755);
  writeFileSync(join(bin, 'package.json'), '{"type":"module"}');
  const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  const calls = () =>
    (read(join(state, 'calls.jsonl')) ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Call);
  return {
    folder,
    // A repository around the temporary folder is none of ours.
    env: { PATH: path, FAKE_DOCKER: state, GIT_CEILING_DIRECTORIES: base },
    write: (files) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
    },
    read: (name) => read(join(folder, name)),
    settings: (settings) => writeFileSync(join(state, 'settings.json'), JSON.stringify(settings)),
    fault: (on, ...lines) => writeFileSync(join(state, 'fault.json'), JSON.stringify({ on, lines })),
    calls,
    builds: () => calls().filter(({ args }) => args[0] === 'build' || args[1] === 'build'),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}
