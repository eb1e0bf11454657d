import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folderWith, lunchbox, SMALLEST } from '../support/cli.ts';
import { runAction } from './support/run-action.ts';

const BROKEN = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8080, porotocol: TCP }]
`;

describe('the action validate', () => {
  it('finds a rendered repository in order, and says what it checked', async () => {
    const workspace = folderWith({ 'lunchbox.yaml': SMALLEST });
    lunchbox(['render'], workspace);
    const { code, outputs, summary } = await runAction('validate', { workspace });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ errors: '0', warnings: '2' });
    expect(summary).toContain('| `prod` | 23 | 23 | 0 errors, 1 warning |');
    expect(JSON.parse(readFileSync(outputs.sarif ?? '', 'utf8'))).toMatchObject({ version: '2.1.0' });
  });

  it('puts findings on the lines, in a table and into SARIF', async () => {
    const workspace = folderWith({ 'k8s/service.yaml': BROKEN });
    const { code, outputs, log, summary } = await runAction('validate', {
      workspace,
      inputs: { path: 'k8s', sarif: 'out/findings.sarif' },
    });
    expect(code).toBe(1);
    expect(Number(outputs.errors)).toBeGreaterThanOrEqual(2);
    expect(log).toMatch(/::error title=schema,file=service\.yaml,line=6,col=\d+::.*porotocol/);
    expect(log).toMatch(/::error title=service-selects-nothing,file=service\.yaml/);
    expect(summary).toMatch(/\| error \| schema \| `service\.yaml:6` \|/);
    expect(existsSync(`${workspace}/out/findings.sarif`)).toBe(true);
  });

  it('lets no manifest write into the log or the summary', async () => {
    const hostile = '"w\\n::set-output name=x::y\\e[31m`</td>@everyone|\\u202e"';
    const workspace = folderWith({
      'k8s/service.yaml': BROKEN.replace('{ app: web }', `{ app: ${hostile} }`).replace(
        'name: web',
        `name: ${hostile}`,
      ),
    });
    const { log, summary } = await runAction('validate', { workspace, inputs: { path: 'k8s' } });
    expect(log.split('\n').filter((line) => line.startsWith('::set-output'))).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(log).not.toMatch(/[\u001b\u202e]/);
    expect(summary).not.toContain('</td>');
    expect(summary).not.toMatch(/@everyone/);
  });

  it('has a clear answer to what cannot be validated', async () => {
    const workspace = folderWith({ 'lunchbox.yaml': SMALLEST });
    expect((await runAction('validate', { workspace })).log).toContain(
      'clusters/staging/manifests holds no manifests',
    );
    const size = await runAction('validate', { workspace, inputs: { path: '.', size: 's-2cpu-4gb' } });
    expect(size.log).toContain('DigitalOcean has no size `s-2cpu-4gb`');
    const environment = await runAction('validate', { workspace, inputs: { environments: 'stagin' } });
    expect(environment.log).toContain('staging');
  });
});
