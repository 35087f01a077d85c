import { computed, signal } from "@preact/signals";
import { create, type Issue, IssueCommentSchema, IssueSchema, Role, VerdictKind } from "segmentation-client/projects";
import type { AnnotatedObject } from "../annotation/types";
import type { Place as Spot } from "../drawing/stroke";
import { uuidv7 } from "../shared/uuid";
import { deskTexts } from "../texts/desk/texts";
import type { Desk } from "./Desk";

/** Verdicts on masks, and issues pinned to places of the open picture. */
export class Reviewing {
  /** True if the person's role lets them judge. */
  readonly mayJudge = computed(() => (this.desk.project.value?.role ?? Role.UNSPECIFIED) >= Role.REVIEWER);
  /** True while digits are verdicts. */
  readonly isOn = signal(false);
  /** Note of the next verdict. */
  readonly note = signal("");
  readonly issues = signal<readonly Issue[]>([]);
  /** Place of an issue that is being written; null where none is. */
  readonly pin = signal<Spot | null>(null);

  constructor(private readonly desk: Desk) {}

  /** Reads the issues of the open picture. */
  async load(): Promise<void> {
    const place = this.desk.place.peek();
    this.issues.value = [];
    this.pin.value = null;
    this.isOn.value &&= this.mayJudge.peek();
    if (place) {
      // A server without reviews has no issues.
      const answer = await this.desk.server.reviews.listIssues(place).catch(() => null);
      if (answer && this.desk.place.peek() === place) {
        this.issues.value = answer.issues;
      }
    }
  }

  /** Begins or ends review mode, for those who may judge. */
  toggle(): void {
    this.isOn.value = this.mayJudge.peek() && !this.isOn.peek();
  }

  /**
   * Judges the active object, with the note, and goes to the next one without a verdict. The verdict goes into the
   * journal first, as operations do.
   */
  judge(kind: VerdictKind): void {
    const active = this.desk.annotator.active.peek();
    const next = active && this.nextAfter(active.id);
    if (!active?.record || !this.desk.writer.judge(active.record.uuid, kind, this.note.peek())) {
      this.desk.notices.add(deskTexts.peek().review.nothing);
    } else {
      this.note.value = "";
      if (next) {
        this.desk.annotator.select(next.id);
      } else {
        this.desk.annotator.finishObject();
      }
    }
  }

  /** Begins an issue at a place. */
  begin(at: Spot): void {
    this.pin.value = at;
  }

  /**
   * Opens the issue at the pinned place, or adds a comment to another one.
   * @returns False where the server does not have it: a notice says why, and the text is to be sent again.
   */
  async write(text: string, issue?: Issue): Promise<boolean> {
    const at = this.pin.peek();
    if (text.trim() === "" || (!issue && !at)) {
      return false;
    }
    const active = this.desk.annotator.active.peek();
    const comments = [create(IssueCommentSchema, { id: uuidv7(), text: text.trim() })];
    const isSent = await this.send(create(IssueSchema, issue
      ? { ...issue, comments }
      : { id: uuidv7(), annotation: active?.record?.uuid ?? "", x: at!.x, y: at!.y, comments }));
    if (isSent && !issue) {
      this.pin.value = null;
    }
    return isSent;
  }

  /** Resolves an issue, or opens it again. */
  resolve(issue: Issue): Promise<boolean> {
    return this.send(create(IssueSchema, { ...issue, resolved: !issue.resolved, comments: [] }));
  }

  private async send(issue: Issue): Promise<boolean> {
    const place = this.desk.place.peek();
    if (!place) {
      return false;
    }
    try {
      const { project, picture } = place;
      const now = await this.desk.server.reviews.writeIssue({ project, picture, issue });
      if (this.desk.place.peek() === place) {
        this.issues.value = [...this.issues.peek().filter(({ id }) => id !== now.id), now];
      }
      return true;
    } catch (error) {
      this.desk.trouble(error);
      return false;
    }
  }

  /** The next object that has no verdict; undefined where there is none. */
  private nextAfter(from: number): AnnotatedObject | undefined {
    const { objects } = this.desk.annotator.annotation.peek();
    const server = this.desk.document.server.peek();
    const at = objects.findIndex(({ id }) => id === from);
    return [...objects.slice(at + 1), ...objects.slice(0, at)].find(({ record }) => record?.state === "active"
      && (server.get(record.uuid)?.verdict ?? VerdictKind.UNSPECIFIED) === VerdictKind.UNSPECIFIED);
  }
}
