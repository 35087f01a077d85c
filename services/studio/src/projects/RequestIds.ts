import { useMemo } from "preact/hooks";
import { uuidv7 } from "../shared/uuid";

/**
 * Ids of the requests of a form. The same request keeps its id until it has succeeded, so that a request whose answer
 * was lost does nothing twice; a request with other values has another id.
 */
export class RequestIds {
  private sent: string | undefined;
  private id = "";

  /** The id of a request, which is made of strings, numbers, messages and lists of these. */
  of(request: object): string {
    const values = JSON.stringify(request, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    if (values !== this.sent) {
      this.sent = values;
      this.id = uuidv7();
    }
    return this.id;
  }

  /** The last request has succeeded: the next one is another, even with the same values. */
  succeeded(): void {
    this.sent = undefined;
  }
}

/** Ids of the requests of a component. */
export function useRequestIds(): RequestIds {
  return useMemo(() => new RequestIds(), []);
}
