import { toJson } from "@bufbuild/protobuf";
import { useEffect, useRef } from "preact/hooks";
import { decodeCounts, type RunLengths } from "segmentation-client/rle";
import { type Annotation, OperationSchema, VerdictSchema } from "segmentation-client/projects";
import { pathOf } from "../canvas/MaskPath";
import { saveFile } from "../shared/saveFile";
import { deskTexts } from "../texts/desk/texts";
import { Dialog } from "../widgets/Dialog";
import type { DeskPage } from "./DeskPage";
import { type JournalEntry, mineOf, theirsOf } from "./journal/JournalEntry";
import { entriesOfSame, toFile } from "./journal/resolving";

/** CSS pixels of a mask's thumbnail. */
const SIDE = 150;

/** The journal: what waits, and what the person has to decide. */
export function JournalDialog({ page, onClose }: { page: DeskPage; onClose: () => void }) {
  const { journal } = page.desk;
  const words = deskTexts.value.journal;
  const unsent = journal.unsent.value;
  const troubled = journal.troubled.value;
  return (
    <Dialog title={words.title} onClose={onClose}>
      <p class="desk-text">{unsent === 0 && troubled.length === 0 ? words.all : words.unsent(unsent)}</p>
      <ul class="desk-journal">
        {troubled.map((entry) => entry.state === "conflict"
          ? <Conflict key={entry.key} page={page} entry={entry} />
          : <Refused key={entry.key} page={page} entry={entry} />)}
      </ul>
      <div class="desk-buttons">
        <button type="button" class="button" disabled={unsent === 0} onClick={() => journal.sender.wake()}>
          {words.now}
        </button>
        <button type="button" class="button" disabled={journal.entries.value.length === 0}
          onClick={() => save(journal.entries.peek())}>{words.save}</button>
      </div>
    </Dialog>
  );
}

interface EntryProps {
  readonly page: DeskPage;
  readonly entry: JournalEntry;
}

function Conflict({ page, entry }: EntryProps) {
  const words = deskTexts.value.journal;
  const entries = entriesOfSame(entry, page.desk.journal.entries.value);
  const mine = mineOf(entries.findLast(({ verdict }) => !verdict) ?? entry);
  const theirs = theirsOf(entry);
  return (
    <li class="desk-conflict">
      <p>{words.conflict(String(entry.place.picture))}</p>
      <div class="desk-sides">
        <Side page={page} title={words.mine} annotation={mine.mask ? mine : null} />
        <Side page={page} title={words.theirs} annotation={theirs?.deleteTime ? null : theirs} />
      </div>
      <div class="desk-buttons">
        <button type="button" class="button" onClick={() => void page.resolve(entry, "mine")}>{words.keepMine}</button>
        {mine.mask && theirs && !theirs.deleteTime && (
          <button type="button" class="button" onClick={() => void page.resolve(entry, "both")}>
            {words.keepBoth}
          </button>
        )}
        <button type="button" class="button" onClick={() => void page.resolve(entry, "theirs")}>
          {words.takeTheirs}
        </button>
      </div>
    </li>
  );
}

function Refused({ page, entry }: EntryProps) {
  const words = deskTexts.value.journal;
  return (
    <li class="desk-conflict">
      <p>{(entry.verdict ? words.refusedVerdict : words.refused)(String(entry.place.picture), entry.reason ?? "")}</p>
      <div class="desk-buttons">
        <button type="button" class="button" onClick={() => void page.retry(entry)}>{words.retry}</button>
        <button type="button" class="button"
          onClick={() => save(entriesOfSame(entry, page.desk.journal.entries.peek()))}>{words.save}</button>
        <button type="button" class="button" onClick={() => void page.discard(entry)}>{words.discard}</button>
      </div>
    </li>
  );
}

interface SideProps {
  readonly page: DeskPage;
  readonly title: string;
  /** Null where it is deleted. */
  readonly annotation: Annotation | null;
}

/** One of the two objects of a conflict: its mask, its label and who made it. */
function Side({ page, title, annotation }: SideProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = deskTexts.value.journal;
  const picture = page.desk.picture.value;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !annotation?.mask) {
      return;
    }
    const [height, width] = annotation.mask.size;
    const runs: RunLengths = { height, width, counts: decodeCounts(annotation.mask.counts) };
    const scale = SIDE / Math.max(width, height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    if (picture?.width === width && picture.height === height) {
      context.drawImage(picture.pyramid.smallest, 0, 0, width, height);
    }
    const path = pathOf(runs, context);
    context.globalAlpha = 0.5;
    context.fillStyle = "#3399ff";
    context.fill(path, "evenodd");
    context.globalAlpha = 1;
    context.strokeStyle = "#ffffff";
    context.lineWidth = 1.5 / scale;
    context.stroke(path);
  }, [annotation, picture]);
  const label = page.desk.labels.list.value.labels.find(({ id }) => id === annotation?.label)?.name
    ?? deskTexts.value.objects.unlabelled;
  return (
    <figure>
      <canvas ref={canvas} width={SIDE} height={SIDE} aria-hidden="true" />
      <figcaption>
        <b>{title}</b>
        {annotation ? <span>{words.label(label)}</span> : <span>{words.deleted}</span>}
        {annotation?.editor && <span>{annotation.editor}</span>}
      </figcaption>
    </figure>
  );
}

/** Lets the person keep operations as a file. */
function save(entries: readonly JournalEntry[]): void {
  const file = toFile(entries, (message) => message.$typeName === "segmentation.projects.v1.Verdict"
    ? toJson(VerdictSchema, message) : toJson(OperationSchema, message));
  saveFile(file, deskTexts.peek().journal.fileName);
}
