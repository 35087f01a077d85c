import { signal } from "@preact/signals";
import {
  create, type Issue, IssueCommentSchema, IssueSchema, OperationResult, VerdictKind,
} from "segmentation-client/projects";
import type { Place as Spot } from "../drawing/stroke";
import { uuidv7 } from "../shared/uuid";
import { texts } from "../texts/texts";
import type { Desk } from "./Desk";

/** Verdicts on masks, and issues pinned to places of the open picture. */
export class Reviewing {
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
    if (place) {
      // A server without reviews has no issues.
      const answer = await this.desk.server.reviews.listIssues(place).catch(() => null);
      if (answer && this.desk.place.peek() === place) {
        this.issues.value = answer.issues;
      }
    }
  }

  /** Judges the active object, with the note, and goes to the next one without a verdict. */
  async judge(kind: VerdictKind): Promise<void> {
    const place = this.desk.place.peek();
    const active = this.desk.annotator.active.peek();
    const known = active?.record && this.desk.document.server.peek().get(active.record.uuid);
    if (!place || !active || !known) {
      this.desk.notices.add(texts.peek().desk.review.nothing);
      return;
    }
    const note = this.note.peek();
    try {
      const { outcomes, pictureAfter } = await this.desk.server.reviews.judgeAnnotations({
        project: place.project, picture: place.picture,
        verdicts: [{ id: uuidv7(), annotation: known.id, annotationRevision: known.revision, kind, note }],
      });
      const [outcome] = outcomes;
      if (outcome?.current && this.desk.place.peek() === place) {
        this.desk.document.show([outcome.current]);
      }
      if (outcome?.result === OperationResult.APPLIED) {
        this.note.value = "";
        this.goOn(active.id);
      } else {
        this.desk.notices.add(outcome?.reason || texts.peek().desk.review.changed);
      }
      if (pictureAfter && this.desk.entry.peek()?.id === pictureAfter.id) {
        this.desk.entry.value = pictureAfter;
      }
    } catch (error) {
      this.desk.trouble(error);
    }
  }

  /** Begins an issue at a place. */
  begin(at: Spot): void {
    this.pin.value = at;
  }

  /** Opens the issue at the pinned place, or adds a comment to another one. */
  async write(text: string, issue?: Issue): Promise<void> {
    const place = this.desk.place.peek();
    const at = this.pin.peek();
    if (!place || text.trim() === "" || (!issue && !at)) {
      return;
    }
    const active = this.desk.annotator.active.peek();
    const comments = [create(IssueCommentSchema, { id: uuidv7(), text: text.trim() })];
    await this.send(create(IssueSchema, issue
      ? { ...issue, comments }
      : { id: uuidv7(), annotation: active?.record?.uuid ?? "", x: at!.x, y: at!.y, comments }));
    this.pin.value = null;
  }

  /** Resolves an issue, or opens it again. */
  resolve(issue: Issue): Promise<void> {
    return this.send(create(IssueSchema, { ...issue, resolved: !issue.resolved, comments: [] }));
  }

  private async send(issue: Issue): Promise<void> {
    const { project, picture } = this.desk.place.peek()!;
    try {
      const now = await this.desk.server.reviews.writeIssue({ project, picture, issue });
      this.issues.value = [...this.issues.peek().filter(({ id }) => id !== now.id), now];
    } catch (error) {
      this.desk.trouble(error);
    }
  }

  /** Goes to the next object that has no verdict. */
  private goOn(from: number): void {
    const { objects } = this.desk.annotator.annotation.peek();
    const server = this.desk.document.server.peek();
    const at = objects.findIndex(({ id }) => id === from);
    const rest = [...objects.slice(at + 1), ...objects.slice(0, at)];
    const next = rest.find(({ record }) => record?.state === "active"
      && (server.get(record.uuid)?.verdict ?? VerdictKind.UNSPECIFIED) === VerdictKind.UNSPECIFIED);
    if (next) {
      this.desk.annotator.select(next.id);
    } else {
      this.desk.annotator.finishObject();
    }
  }
}
