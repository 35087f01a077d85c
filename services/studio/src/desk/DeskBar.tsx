import { AccountButton } from "../access/AccountButton";
import { LanguagePicker } from "../app/LanguagePicker";
import { ThemeButton } from "../app/ThemeButton";
import { deskTexts } from "../texts/desk/texts";
import { texts } from "../texts/texts";
import { IconButton } from "../widgets/IconButton";
import type { DeskPage } from "./DeskPage";
import { JournalBadge } from "./JournalBadge";
import { keyOf } from "./keyWords";

/** Properties of the bar. */
export interface DeskBarProps {
  readonly page: DeskPage;
  readonly onLeave: () => void;
}

/** The bar at the top: the picture, the way to others, and how things stand with the journal. */
export function DeskBar({ page, onLeave }: DeskBarProps) {
  const { desk, turning } = page;
  const words = deskTexts.value;
  const entry = desk.entry.value;
  const isReady = desk.state.value === "ready";
  return (
    <header class="topbar">
      <IconButton icon="back" label={words.back} onClick={onLeave} />
      <h1 class="picture-name" title={entry?.name}>
        {entry ? <><b>{entry.name}</b><span> {entry.width} × {entry.height}</span></> : words.title}
        {isReady && desk.picture.value?.id === null && <span role="status"> {texts.value.status.encoding}</span>}
      </h1>
      <JournalBadge page={page} />
      <div class="group">
        <IconButton icon="undo" label={texts.value.topBar.undo} shortcut={keyOf(page, "undo")}
          disabled={!desk.annotator.canUndo.value} onClick={() => desk.annotator.undo()} />
        <IconButton icon="redo" label={texts.value.topBar.redo} shortcut={keyOf(page, "redo")}
          disabled={!desk.annotator.canRedo.value} onClick={() => desk.annotator.redo()} />
      </div>
      <div class="group">
        <IconButton icon="previous" label={words.turn.previous} shortcut={keyOf(page, "previous")}
          onClick={() => turning.previous()} />
        <IconButton icon="done" label={words.turn.done} shortcut={keyOf(page, "done")}
          disabled={!isReady || desk.isReadOnly.value} onClick={() => void turning.finish()} />
        <IconButton icon="next" label={words.turn.next} shortcut={keyOf(page, "next")}
          disabled={turning.isTurning.value} onClick={() => void turning.next()} />
        <IconButton icon="exclude" label={words.turn.exclude} shortcut={keyOf(page, "exclude")}
          disabled={!isReady || desk.isReadOnly.value} onClick={() => (page.panel.value = "exclude")} />
      </div>
      <div class="group">
        <LanguagePicker />
        <ThemeButton />
        <AccountButton access={page.access} onShow={() => (page.panel.value = "account")} />
        <IconButton icon="help" label={words.keys.title} shortcut={keyOf(page, "help")}
          onClick={() => (page.panel.value = "keys")} />
      </div>
    </header>
  );
}
