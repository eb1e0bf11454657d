/** What kubeconform says of one manifest. Its JSON output, with the manifest's index instead of a file name. */
export interface Verdict {
  manifest: number;
  status: string;
  msg: string;
  validationErrors?: { path: string; msg: string }[] | undefined;
}
