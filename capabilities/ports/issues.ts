export interface Issue {
  number: number;
  title: string;
  body: string;
  url: string;
  open: boolean;
  /** A person closed it as something that is not going to be done. */
  declined: boolean;
}

/** The issues of a repository. @throws UserError when GitHub refuses */
export interface Issues {
  /** Of our own whose body begins with this mark: the oldest open one, else the newest that is closed. */
  find(mark: string): Promise<Issue | undefined>;
  create(issue: { title: string; body: string; mark: string }): Promise<Issue>;
  update(number: number, change: { title?: string; body?: string; open?: boolean }): Promise<Issue>;
  comment(number: number, body: string): Promise<void>;
}
