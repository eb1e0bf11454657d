import { type RenderedEnvironment, renderAll } from './render.ts';
import { loadRepositoryTemplates, loadSpec, type Repository, selectEnvironments } from './repository.ts';
import { type ValidatedTarget, type ValidatePorts, validateEnvironments } from './validate.ts';

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
  const names = new Set(
    selectEnvironments(spec, input.environments).map(({ environment }) => environment.name),
  );
  const rendered = renderAll(spec, templates, repository, names);
  const renderTime = ports.now() - start;
  // Read back from text: what is checked is what is written.
  const { targets, engine, times } = await validateEnvironments(rendered, repository, ports);
  const environments = rendered.flatMap((each, index) => {
    const report = targets[index];
    return report ? [{ ...each, report }] : [];
  });
  return {
    specFile: repository.specFile,
    environments,
    engine,
    times: {
      render: renderTime,
      kubeconform: times.schemas,
      wiring: times.rules,
      total: ports.now() - start,
    },
  };
}
