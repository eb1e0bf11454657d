/** A comment on a pull request. */
export interface Comment {
  id: number;
  body: string;
  url: string;
}

/** The comments of one pull request. */
export interface Comments {
  /** The oldest comment of our own that begins with this mark. */
  find(mark: string): Promise<Comment | undefined>;
  /** `forbidden`: this run may not write. */
  create(body: string): Promise<Comment | 'forbidden'>;
  update(id: number, body: string): Promise<Comment | 'forbidden'>;
}
