/** The model, as `GET /v1/model` describes it. */
export interface ModelDescription {
  readonly name: string;
  /** SHA-256 (hex) of its graphs; an embedding can only be decoded by the same model. */
  readonly digest: string;
  readonly graphs: readonly GraphDescription[];
}

/** One of a model's graphs. */
export interface GraphDescription {
  /** For example `image` or `decode`. */
  readonly name: string;
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}
