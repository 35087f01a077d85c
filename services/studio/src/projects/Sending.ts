import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { ProjectsError } from "segmentation-client/projects";

/** A request that a person starts: it runs once at a time, and says what was wrong. What was typed stays. */
export class Sending {
  readonly isBusy = signal(false);
  /** Why the last request failed; undefined after a success. */
  readonly error = signal<unknown>(undefined);

  /** Sends; resolves with true after a success. */
  async send(request: () => Promise<unknown>): Promise<boolean> {
    if (this.isBusy.peek()) {
      return false;
    }
    this.isBusy.value = true;
    this.error.value = undefined;
    try {
      await request();
      return true;
    } catch (error) {
      this.error.value = error;
      return false;
    } finally {
      this.isBusy.value = false;
    }
  }

  /**
   * What the server says is wrong with a field.
   * @param name Last part of the field's path, for example `name` of `project.name`.
   */
  problemOf(name: string): string | undefined {
    const { value } = this.error;
    return value instanceof ProjectsError
      ? value.violations.find(({ field }) => nameOf(field) === name)?.description : undefined;
  }

  /** The failure, unless all of it is about fields of this form. */
  otherThan(fields: readonly string[]): unknown {
    const { value } = this.error;
    const isShown = value instanceof ProjectsError && value.violations.length > 0
      && value.violations.every(({ field }) => fields.includes(nameOf(field)));
    return isShown ? undefined : value;
  }
}

/** A request of a component. */
export function useSending(): Sending {
  return useMemo(() => new Sending(), []);
}

/** Last name of a field's path, without an index: `labels` of `labels[2]`. */
function nameOf(path: string): string {
  return path.split(".").at(-1)!.replace(/\[\d+\]$/, "");
}
