import { signal } from "@preact/signals";
import type { AnnotationEditor } from "../app/AnnotationEditor";
import type { Place } from "../drawing/stroke";
import { objectAt } from "./hits";

/** Objects that were chosen beside the active one, for actions on several. */
export class DeskSelection {
  /** Numbers of these objects. */
  readonly objects = signal<ReadonlySet<number>>(new Set());

  constructor(private readonly annotator: AnnotationEditor) {}

  /**
   * Makes the object under a place the active one: the smallest of those that lie there.
   * @param adds Chooses the object beside the active one instead, or no longer.
   */
  selectAt(at: Place, adds = false): void {
    const found = objectAt(this.annotator.annotation.peek().objects, at);
    if (adds && found) {
      this.toggle(found.id);
    } else {
      this.clear();
      if (found) {
        this.annotator.select(found.id);
      } else {
        this.annotator.finishObject();
      }
    }
  }

  /** Chooses an object beside the active one, or no longer. */
  toggle(id: number): void {
    const objects = new Set(this.objects.peek());
    if (!objects.delete(id)) {
      objects.add(id);
    }
    this.objects.value = objects;
  }

  /** Chooses no object beside the active one. */
  clear(): void {
    this.objects.value = new Set();
  }
}
