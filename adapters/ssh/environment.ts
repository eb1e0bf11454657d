/** What `ssh` needs, and no secret of this process. */
export function sshEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C' };
  for (const name of ['PATH', 'HOME', 'SSH_AUTH_SOCK']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
