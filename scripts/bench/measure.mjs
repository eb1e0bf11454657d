import { spawnSync } from 'node:child_process';

/** Prints the peak memory of a Node process when it ends; kilobytes. */
const PEAK =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS='+process.resourceUsage().maxRSS+'\\n'))";

/** @param {string} label @param {string} value @param {string} [note] */
export function line(label, value, note = '') {
  console.log(`  ${label.padEnd(48)} ${value.padStart(10)}  ${note}`);
}

/**
 * Median wall time of a whole process, in milliseconds; the first run warms the caches and does not count.
 * @param {number} runs
 */
export function time(command, args, runs, options = {}) {
  const times = [];
  for (let index = 0; index <= runs; index++) {
    const start = performance.now();
    const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
    if (result.error || (result.status !== 0 && result.status !== 1))
      throw new Error(`${command} ${args.join(' ')}: ${result.stderr ?? result.error}`);
    if (index > 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

/** One run of a Node program: milliseconds, megabytes at its peak, what it wrote. */
export function measure(args, options = {}) {
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', PEAK, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  });
  const milliseconds = performance.now() - start;
  if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')}: ${stderr}`);
  return { milliseconds, megabytes: Number(/maxRSS=(\d+)/.exec(stderr)?.[1] ?? 0) / 1024, stdout };
}

/** Path of a program, if it is installed. */
export function which(command) {
  const finder = process.platform === 'win32' ? 'where' : 'which';
  const { status, stdout } = spawnSync(finder, [command], { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n', 1)[0]?.trim() : undefined;
}

export function ms(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

export function kb(bytes) {
  return `${Math.round(bytes / 1024)} KB`;
}
