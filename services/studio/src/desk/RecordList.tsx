import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { VerdictKind } from "segmentation-client/projects";
import { markOf } from "../annotation/labels";
import { type AnnotatedObject, maskOf, scoreOf } from "../annotation/types";
import { MarkSwatch } from "../app/MarkSwatch";
import { deskTexts } from "../texts/desk/texts";
import { texts } from "../texts/texts";
import { IconButton } from "../widgets/IconButton";
import type { DeskPage } from "./DeskPage";

/** CSS pixels of a row. */
const ROW = 46;
/** Rows above and below those in sight. */
const MARGIN = 6;
const ROWS_IN_SIGHT = 14;

/** The objects of the picture, the topmost first; of many only the rows in sight are on the page. */
export function RecordList({ page }: { page: DeskPage }) {
  const { desk } = page;
  const words = deskTexts.value.objects;
  const scrolled = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  const shown = useComputed(() => desk.annotator.shown.annotation.value.objects
    .filter(({ record }) => record?.state !== "rejected").toReversed());
  const objects = shown.value;
  const { activeId } = desk.annotator.shown.annotation.value;
  const first = Math.max(0, Math.floor(scrolled.value / ROW) - MARGIN);
  const rows = objects.slice(first, first + ROWS_IN_SIGHT + 2 * MARGIN);
  useEffect(() => {
    const at = objects.findIndex(({ id }) => id === activeId);
    const element = list.current;
    const [top, bottom] = [at * ROW, (at + 1) * ROW];
    if (element && at >= 0 && (top < element.scrollTop || bottom > element.scrollTop + element.clientHeight)) {
      element.scrollTop = at * ROW - element.clientHeight / 2;
    }
  }, [activeId]);
  return (
    <section class="objects desk-objects" aria-label={words.title}>
      <header><h2>{words.title} <span class="count">{objects.length}</span></h2></header>
      {objects.length === 0 ? <p class="hint">{words.none}</p> : (
        <div ref={list} class="desk-list" style={{ maxHeight: `${ROWS_IN_SIGHT * ROW}px` }}
          onScroll={({ currentTarget }) => (scrolled.value = currentTarget.scrollTop)}>
          <ul aria-label={words.title} style={{ height: `${objects.length * ROW}px`, paddingTop: `${first * ROW}px` }}>
            {rows.map((object) => (
              <RecordRow key={object.id} page={page} object={object} isActive={object.id === activeId} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

interface RecordRowProps {
  readonly page: DeskPage;
  readonly object: AnnotatedObject;
  readonly isActive: boolean;
}

function RecordRow({ page, object, isActive }: RecordRowProps) {
  const { desk } = page;
  const words = deskTexts.value.objects;
  const labels = desk.labels.list.value;
  const label = labels.labels.find(({ id }) => id === object.labelId)?.name ?? words.unlabelled;
  const mask = maskOf(object);
  const isSelected = desk.selection.objects.value.has(object.id);
  const server = object.record && desk.document.server.value.get(object.record.uuid);
  const isTroubled = desk.journal.troubled.value.some(({ annotation }) => annotation === object.record?.uuid);
  const details = [
    ...(object.record?.state === "proposed" ? [words.proposal] : []),
    ...(mask && mask.predictedIou > 0 ? [words.score(scoreOf(mask.predictedIou))] : []),
    ...verdictIn(server?.verdict),
    ...(isTroubled ? [words.conflict] : []),
  ];
  return (
    <li class={isActive || isSelected ? "object active" : "object"} data-hidden={object.hidden}
      data-uuid={object.record?.uuid} data-state={object.record?.state}>
      <MarkSwatch mark={markOf(object, labels)} />
      <button type="button" class="object-text" data-object={object.id} aria-pressed={isActive || isSelected}
        onClick={({ shiftKey, ctrlKey, metaKey }) => {
          if (shiftKey || ctrlKey || metaKey) {
            desk.selection.toggle(object.id);
          } else {
            desk.selection.clear();
            desk.annotator.select(object.id);
          }
        }}>
        <span class="object-name">{object.name}</span>
        <small>
          {object.answered ? [words.row(label, mask?.area ?? 0), ...details].join(" · ") : texts.value.common.waiting}
        </small>
      </button>
      <div class="object-actions">
        <IconButton icon={object.hidden ? "hide" : "show"}
          label={object.hidden ? words.show(object.name) : words.hide(object.name)}
          onClick={() => desk.annotator.describe(object.id, { hidden: !object.hidden })} />
        <IconButton icon="delete" label={words.delete(object.name)} disabled={desk.isReadOnly.value}
          onClick={() => desk.mayDraw() && desk.annotator.delete(object.id)} />
      </div>
    </li>
  );
}

function verdictIn(kind: VerdictKind | undefined): string[] {
  const words = deskTexts.value.verdicts;
  switch (kind) {
    case VerdictKind.SATISFACTORY:
      return [words.satisfactory];
    case VerdictKind.UNSATISFACTORY:
      return [words.unsatisfactory];
    case VerdictKind.REJECTED:
      return [words.rejected];
    default:
      return [];
  }
}
