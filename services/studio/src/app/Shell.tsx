import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { AccountDialog } from "../access/AccountDialog";
import { SignInDialog } from "../access/SignInDialog";
import type { Stage } from "../canvas/Stage";
import { EverythingPanel } from "../everything/EverythingPanel";
import { ExportDialog } from "../exports/ExportDialog";
import { picturesIn } from "../picture/incoming";
import { texts } from "../texts/texts";
import { CandidateStrip } from "./CandidateStrip";
import { CodeDialog } from "./CodeDialog";
import { HelpDialog } from "./HelpDialog";
import { LabelBar } from "./LabelBar";
import { LabelDialog } from "./LabelDialog";
import { ModelPanel } from "./ModelPanel";
import { NoticeList } from "./NoticeList";
import type { Panel } from "./Panel";
import { ObjectList } from "./ObjectList";
import { listenToKeys } from "./keys";
import { StageView } from "./StageView";
import { StatusLine } from "./StatusLine";
import type { Studio } from "./Studio";
import { ToolRail } from "./ToolRail";
import { TopBar } from "./TopBar";
import { Welcome } from "./Welcome";

/** The whole page. */
export function Shell({ studio }: { studio: Studio }) {
  const panel = useMemo(() => signal<Panel | null>(null), []);
  const dropping = useMemo(() => signal(false), []);
  const stage = useRef<Stage | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const close = () => (panel.value = null);
  const openFile = () => chooser.current?.click();
  useEffect(() => studio.labels.followOtherPages(), [studio]);
  useEffect(() => listenToKeys(studio, stage, panel, openFile), [studio]);
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      studio.session.opening.openAll(picturesIn(event.clipboardData));
    };
    addEventListener("paste", paste);
    return () => removeEventListener("paste", paste);
  }, [studio]);

  return (
    <div
      class="shell"
      onDragOver={(event) => {
        event.preventDefault();
        dropping.value = true;
      }}
      onDragLeave={(event) => {
        dropping.value &&= event.relatedTarget !== null;
      }}
      onDrop={(event) => {
        event.preventDefault();
        dropping.value = false;
        const pictures = picturesIn(event.dataTransfer);
        if (pictures.length > 0) {
          studio.session.opening.openAll(pictures);
        } else {
          studio.notices.add(texts.peek().incoming.notAFile);
        }
      }}
    >
      <TopBar studio={studio} panel={panel} onOpen={openFile} />
      <main class="work" data-open={studio.picture.value !== null} data-panel={panel.value === "everything"}>
        <input
          ref={chooser}
          type="file"
          class="visually-hidden"
          aria-label={texts.value.incoming.picture}
          tabIndex={-1}
          accept="image/*"
          multiple
          onChange={({ currentTarget }) => {
            studio.session.opening.openAll(picturesIn(currentTarget));
            currentTarget.value = "";
          }}
        />
        <ToolRail studio={studio} stage={stage} />
        <div class="stage-area">
          {studio.picture.value
            ? <StageView studio={studio} stage={stage} />
            : <Welcome studio={studio} onOpen={openFile} />}
          {dropping.value && <div class="drop-hint">{texts.value.incoming.drop}</div>}
        </div>
        {/* Beside the picture, never over it. */}
        <div class="side">
          <div class="side-panels">
            {panel.value === "everything" && <EverythingPanel run={studio.everything} mayRun={studio.access.may("everything")} onClose={close} />}
            <ModelPanel studio={studio} />
            <CandidateStrip studio={studio} />
            <LabelBar studio={studio} onEdit={() => (panel.value = "labels")} />
            <ObjectList studio={studio} onExport={() => (panel.value = "export")} />
          </div>
          <NoticeList notices={studio.notices} />
        </div>
      </main>
      <StatusLine studio={studio} />
      {panel.value === "help" && <HelpDialog onClose={close} />}
      {panel.value === "labels" && <LabelDialog studio={studio} onClose={close} />}
      {panel.value === "export" && <ExportDialog source={studio} onClose={close} />}
      {panel.value === "account" && <AccountDialog access={studio.access} onClose={close} />}
      {studio.access.asking.value && <SignInDialog access={studio.access} />}
      {panel.value === "code" && <CodeDialog studio={studio} onClose={close} />}
    </div>
  );
}
