import type { Signal } from "@preact/signals";
import { AccountButton } from "../access/AccountButton";
import { EXAMPLES, loadExample } from "../picture/incoming";
import { hasProjects } from "../routing/serverProjects";
import { Icon } from "../widgets/Icon";
import { IconButton } from "../widgets/IconButton";
import { texts } from "../texts/texts";
import { LanguagePicker } from "./LanguagePicker";
import type { Panel } from "./Panel";
import type { Studio } from "./Studio";
import { ThemeButton } from "./ThemeButton";

/** Properties of the top bar. */
export interface TopBarProps {
  readonly studio: Studio;
  readonly panel: Signal<Panel | null>;
  readonly onOpen: () => void;
}

/** The bar at the top: the picture's name, and operations on all of it. */
export function TopBar({ studio, panel, onOpen }: TopBarProps) {
  const picture = studio.picture.value;
  const words = texts.value.topBar;
  const hasObjects = studio.editor.shown.annotation.value.objects.length > 0;
  const toggle = (name: Panel) => () => (panel.value = panel.value === name ? null : name);
  return (
    <header class="topbar">
      <h1 class="brand"><img src="/icon.svg" alt="" width="20" height="20" /><span>Segmentation</span></h1>
      {hasProjects.value && (
        <a class="button wide to-projects" href="#/projects" aria-label={words.projects} title={words.projects}>
          <Icon name="projects" /><span>{words.projects}</span>
        </a>
      )}
      <IconButton icon="open" label={words.open} shortcut="O" wide onClick={onOpen} />
      {picture && <ExamplePicker studio={studio} />}
      {studio.session.opening.waiting.value.length > 0 && (
        <button type="button" class="button" onClick={() => studio.session.opening.next()}>
          {words.next(studio.session.opening.waiting.value.length)}
        </button>
      )}
      <p class="picture-name" title={picture?.name}>
        {picture && <><b>{picture.name}</b><span> {picture.width} × {picture.height}</span></>}
      </p>
      <div class="group">
        <IconButton icon="undo" label={words.undo} shortcut="Control+Z" disabled={!studio.editor.canUndo.value}
          onClick={() => studio.editor.undo()} />
        <IconButton icon="redo" label={words.redo} shortcut="Control+Shift+Z" disabled={!studio.editor.canRedo.value}
          onClick={() => studio.editor.redo()} />
        <IconButton icon="reset" label={words.reset} shortcut="Backspace" disabled={!hasObjects}
          onClick={() => studio.editor.reset()} />
      </div>
      <div class="group">
        <IconButton icon="everything" label={words.everything} shortcut="E" wide disabled={!picture?.id}
          pressed={panel.value === "everything"} onClick={toggle("everything")} />
        <IconButton icon="export" label={words.export} shortcut="X" wide disabled={!hasObjects}
          onClick={toggle("export")} />
        <IconButton icon="code" label={words.code} shortcut="C" disabled={!picture?.id} onClick={toggle("code")} />
      </div>
      <div class="group">
        <LanguagePicker />
        <ThemeButton />
        <AccountButton access={studio.access} onShow={toggle("account")} />
        <IconButton icon="help" label={words.help} shortcut="?" onClick={toggle("help")} />
      </div>
    </header>
  );
}

function ExamplePicker({ studio }: { studio: Studio }) {
  return (
    <select
      class="examples-select"
      aria-label={texts.value.topBar.examples}
      value=""
      onChange={({ currentTarget }) => {
        const example = EXAMPLES.find(({ name }) => name === currentTarget.value);
        currentTarget.value = "";
        if (example) {
          void studio.session.open(loadExample(example));
        }
      }}
    >
      <option value="">{texts.value.topBar.examples}</option>
      {EXAMPLES.map(({ name, key }) => <option key={name} value={name}>{texts.value.examples[key]}</option>)}
    </select>
  );
}
