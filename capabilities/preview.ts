import { type RenderedEnvironment, renderAll } from './render.ts';
import { loadRepositoryTemplates, loadSpec, type Repository, selectEnvironments } from './repository.ts';
import { type ValidatedTarget, type ValidatePorts, validateEnvironment } from './validate.ts';

export interface PreviewOutcome {
  specFile: string;
  environments: (RenderedEnvironment & { report: ValidatedTarget })[];
  engine: string;
  /** Milliseconds by stage. */
  times: { render: number; kubeconform: number; wiring: number; total: number };
}

/** Renders and validates in memory, and compares with what is there. Writes nothing. */
export async function preview(
  input: { environments: readonly string[] },
  repository: Repository,
  ports: ValidatePorts,
): Promise<PreviewOutcome> {
  const start = ports.now();
  const spec = loadSpec(repository);
  const templates = await loadRepositoryTemplates(repository, spec);
  const names = new Set(selectEnvironments(spec, input.environments).map(({ environment }) => environment.name));
  const rendered = renderAll(spec, templates, repository, names);
  const renderTime = ports.now() - start;
  const environments: PreviewOutcome['environments'] = [];
  for (const each of rendered) {
    // Read back from text: what is checked is what is written.
    environments.push({ ...each, report: await validateEnvironment(each.environment, each.files, repository, ports) });
  }
  const sum = (stage: 'schemas' | 'rules') => environments.reduce((total, { report }) => total + report.times[stage], 0);
  return {
    specFile: repository.specFile,
    environments,
    engine: ports.engine.name,
    times: { render: renderTime, kubeconform: sum('schemas'), wiring: sum('rules'), total: ports.now() - start },
  };
}
