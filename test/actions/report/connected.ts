import { type Api, type ApiOptions, githubApi } from '../../../adapters/github/api.ts';
import { type GitHubServer, githubToken } from '../support/github-server.ts';

export interface Connected {
  api: Api;
  lines: string[];
  /** Milliseconds that were asked for; nothing waits. */
  slept: number[];
}

/** GitHub's own client against a server of the tests. */
export async function connected(
  { url: baseUrl }: Pick<GitHubServer, 'url'>,
  options: Partial<ApiOptions> & { token?: string } = {},
): Promise<Connected> {
  const { getOctokitOptions, GitHub } = await import('@actions/github/lib/utils');
  const { token = githubToken, ...rest } = options;
  const [lines, slept]: [string[], number[]] = [[], []];
  const log = (line: string) => void lines.push(line);
  const sleep = async (milliseconds: number) => void slept.push(milliseconds);
  const { request } = new GitHub(getOctokitOptions(token, { baseUrl }));
  return { api: githubApi(request, { repository: 'acme/shop', log, sleep, ...rest }), lines, slept };
}
