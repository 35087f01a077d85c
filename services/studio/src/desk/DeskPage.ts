import { timestampNow } from "@bufbuild/protobuf/wkt";
import { effect, signal } from "@preact/signals";
import type { SegmentationClient } from "segmentation-client";
import type { ProjectsClient } from "segmentation-client/projects";
import type { Access } from "../access/Access";
import type { StageTool } from "../canvas/Tool";
import type { Place as Spot } from "../drawing/stroke";
import { askBeforeLeaving } from "../keeping/leaving";
import { Desk } from "./Desk";
import { DeskActions } from "./DeskActions";
import { showThatWindowLives } from "./holder";
import type { Journal } from "./journal/Journal";
import { type JournalEntry, mineOf, nameOfPlace, theirsOf } from "./journal/JournalEntry";
import { entriesOfSame, onRevision, type Resolution, resolve } from "./journal/resolving";
import { KeyMap } from "./KeyMap";
import { Proposals } from "./Proposals";
import { Reviewing } from "./Reviewing";
import { Turning } from "./Turning";

/** Dialogs of the desk. */
export type DeskPanel = "help" | "keys" | "journal" | "exclude" | "account";

/** The desk with everything that its page shows beside the picture. Lives as long as the page. */
export class DeskPage {
  readonly desk: Desk;
  readonly actions: DeskActions;
  readonly proposals: Proposals;
  readonly reviewing: Reviewing;
  readonly turning: Turning;
  readonly keys = new KeyMap();
  readonly panel = signal<DeskPanel | null>(null);
  /** True after Escape: Tab leaves the picture then, and does not choose a mask. */
  released = false;
  /** Opens another picture of the project. */
  onPicture: (picture: bigint) => void = () => undefined;
  /** Last place of the pointer on the picture. */
  pointer: Spot | null = null;
  private pastes = false;

  constructor(client: SegmentationClient, projects: ProjectsClient, readonly access: Access, journal: Journal) {
    showThatWindowLives();
    this.desk = new Desk(client, projects, access, journal);
    this.actions = new DeskActions(this.desk);
    this.proposals = new Proposals(this.desk);
    this.reviewing = new Reviewing(this.desk);
    this.turning = new Turning(this.desk, this.reviewing.isOn, () => this.onPicture);
  }

  /** Opens a picture, with what was copied for it. */
  async open(project: string, picture: bigint, job: bigint): Promise<void> {
    this.turning.opened(picture);
    const pastes = this.pastes;
    this.pastes = false;
    await this.desk.open({ project, picture, job });
    void this.reviewing.load();
    if (pastes && this.desk.entry.peek()?.id === picture) {
      this.actions.paste();
    }
  }

  /** Takes a tool; what another one was drawing is given up. */
  choose(tool: StageTool): void {
    this.desk.drawing.leave();
    this.desk.tool.value = tool;
  }

  /** Copies the chosen objects, or all, to the next picture, and goes there. */
  async copyToNext(): Promise<void> {
    this.pastes = this.actions.copy() > 0;
    await this.turning.next();
  }

  /** Does with the keyboard's pointer what a click does. */
  pressAt(at: Spot, foreground: boolean): void {
    if (this.desk.drawing.takesStrokes()) {
      this.desk.drawing.begin(at, !foreground);
      this.desk.drawing.end();
    } else if (this.desk.tool.peek() === "pan") {
      this.desk.selection.selectAt(at, !foreground);
    } else {
      const isPart = foreground && this.desk.tool.peek() === "add";
      this.desk.editor.addPoint({ ...at, foreground: isPart }, performance.now());
    }
  }

  /** Makes the next or the previous object the active one, in the order of the list. */
  selectNeighbour(step: number): void {
    const { objects, activeId } = this.desk.annotator.annotation.peek();
    const shown = objects.filter(({ record }) => record?.state !== "rejected");
    if (shown.length > 0) {
      const at = shown.findIndex(({ id }) => id === activeId);
      this.desk.annotator.select(shown[(Math.max(at, step > 0 ? -1 : 0) + step + shown.length) % shown.length].id);
    }
  }

  /** Asks before the page is left while the server lacks something; returns a function that ends this. */
  followLeaving(): () => void {
    const { journal, annotator } = this.desk;
    return effect(() => askBeforeLeaving(
      journal.unsent.value > 0 || journal.troubled.value.length > 0 || annotator.isWaiting.value));
  }

  /** Resolves a conflict: nothing is dropped unless the person says so. */
  async resolve(entry: JournalEntry, how: Resolution): Promise<void> {
    const { journal, document } = this.desk;
    const { removed, added, shown } = resolve(entriesOfSame(entry, journal.entries.peek()), how);
    await journal.settle({ changed: [], removed }, added);
    if (this.isOpen(entry)) {
      const theirs = theirsOf(entry);
      const latest = document.serverOf(entry.annotation);
      const current = latest && (!theirs || latest.revision > theirs.revision) ? latest : theirs;
      if (how === "mine") {
        document.show([shown ?? { ...mineOf(entry), deleteTime: timestampNow() }], added);
      } else {
        // Theirs may have changed since the conflict.
        document.show([...(current ? [current] : []), ...(how === "both" && shown ? [shown] : [])], added);
      }
    }
  }

  /**
   * Sends a refused operation again, for example after the role or the label it needs was given back; or a verdict, on
   * the annotation as it is now.
   */
  async retry(entry: JournalEntry): Promise<void> {
    const { journal, document } = this.desk;
    const { reason: _, ...rest } = entry;
    const current = entry.verdict ? document.serverOf(entry.annotation) ?? theirsOf(entry) : null;
    const again: JournalEntry = { ...rest, ...(current ? onRevision(entry, current.revision) : {}), state: "unsent" };
    if (entry.verdict && this.isOpen(entry) && entriesOfSame(entry, journal.entries.peek()).length === 1) {
      document.judgeAgain(again);
    }
    await journal.settle({ changed: [again], removed: [] });
  }

  /** Discards a refused verdict, or refused operations on an annotation, and shows what the server has. */
  async discard(entry: JournalEntry): Promise<void> {
    const { journal, document } = this.desk;
    const all = entriesOfSame(entry, journal.entries.peek());
    // Operations behind a verdict are no part of it: they stay.
    const removed = (entry.verdict ? [entry] : all).map(({ key }) => key);
    await journal.settle({ changed: [], removed });
    if (this.isOpen(entry) && removed.length === all.length) {
      const current = document.serverOf(entry.annotation);
      if (current) {
        document.show([current]);
      } else {
        document.forget(entry.annotation);
      }
    }
  }

  private isOpen({ place }: JournalEntry): boolean {
    const open = this.desk.place.peek();
    return open !== null && nameOfPlace(open) === nameOfPlace(place);
  }

  /** Begins an issue where the pointer is, or in the middle of the picture. */
  pinAtPointer(): void {
    const picture = this.desk.picture.peek();
    if (picture) {
      this.reviewing.begin(this.pointer ?? { x: picture.width / 2, y: picture.height / 2 });
    }
  }
}
