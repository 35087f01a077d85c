import { useComputed } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { SegmentationClient } from "segmentation-client";
import { ProjectsClient } from "segmentation-client/projects";
import { AccountDialog } from "../access/AccountDialog";
import type { Access } from "../access/Access";
import { SignInDialog } from "../access/SignInDialog";
import { CandidateStrip } from "../app/CandidateStrip";
import { NoticeList } from "../app/NoticeList";
import type { Stage } from "../canvas/Stage";
import { deskTexts } from "../texts/desk/texts";
import { DeskBar } from "./DeskBar";
import { listenToDeskKeys } from "./deskKeys";
import { DeskLabelBar } from "./DeskLabelBar";
import { DeskPage } from "./DeskPage";
import { DeskRail } from "./DeskRail";
import { DeskStage } from "./DeskStage";
import { ExcludeDialog } from "./ExcludeDialog";
import { IssuePanel } from "./IssuePanel";
import { JournalDialog } from "./JournalDialog";
import { KeysDialog } from "./KeysDialog";
import { LookPanel } from "./LookPanel";
import { MaskPanel } from "./MaskPanel";
import { PaceHint } from "./PaceHint";
import { pageJournal } from "./pageJournal";
import { ProposalPanel } from "./ProposalPanel";
import { RecordList } from "./RecordList";
import { ReviewPanel } from "./ReviewPanel";
import "../styles/desk.css";

/** Properties of the desk. */
export interface DeskViewProps {
  readonly client: SegmentationClient;
  readonly access: Access;
  /** Id of the project. */
  readonly project: string;
  /** Id of the picture. */
  readonly picture: bigint;
  /** Id of the job that the picture is opened in; 0 for none. */
  readonly job: bigint;
  /** True to begin in review mode, where digits are verdicts. */
  readonly isReview: boolean;
  /** Goes to another picture of the project. */
  readonly onPicture: (picture: bigint) => void;
  /** Goes back to the project. */
  readonly onLeave: () => void;
}

/** Properties of the desk's screen. */
export interface DeskScreenProps extends Omit<DeskViewProps, "client" | "access"> {
  readonly page: DeskPage;
}

let kept: DeskPage | undefined;

/** The desk: one picture of a project, and what people draw on it. */
export function DeskView({ client, access, ...properties }: DeskViewProps) {
  // Connections and the journal outlive a visit to the gallery.
  const page = useMemo(() => {
    const projects = new ProjectsClient(location.origin, { signIn: () => access.signIn() });
    return kept ??= new DeskPage(client, projects, access, pageJournal(access));
  }, [client, access]);
  return <DeskScreen page={page} {...properties} />;
}

/** The desk of a page that is there. */
export function DeskScreen({ page, project, picture, job, isReview, onPicture, onLeave }: DeskScreenProps) {
  const stage = useRef<Stage | null>(null);
  page.onPicture = onPicture;
  useEffect(() => listenToDeskKeys(page, stage), [page]);
  useEffect(() => page.followLeaving(), [page]);
  useEffect(() => {
    void page.open(project, picture, job);
  }, [page, project, picture, job]);
  useEffect(() => () => void page.desk.leave(), [page]);
  useEffect(() => {
    page.reviewing.isOn.value = isReview;
  }, [page, isReview]);
  const { desk, access } = page;
  const isReady = useComputed(() => desk.state.value === "ready").value;
  const close = () => (page.panel.value = null);
  return (
    <div class="shell desk" onPointerMove={() => desk.clock.touched()}>
      <DeskBar page={page} onLeave={onLeave} />
      <main class="work" data-open={isReady} aria-label={deskTexts.value.title}>
        <DeskRail page={page} stage={stage} />
        <div class="stage-area">
          {isReady ? <DeskStage page={page} stage={stage} /> : <Opening page={page} />}
        </div>
        <div class="side">
          <div class="side-panels">
            <CandidateStrip studio={{ picture: desk.picture, editor: desk.annotator, labels: desk.labels }} />
            <DeskLabelBar page={page} />
            <ProposalPanel page={page} />
            <RecordList page={page} />
            <MaskPanel page={page} />
            <ReviewPanel page={page} />
            <IssuePanel page={page} />
            <LookPanel page={page} />
          </div>
          <NoticeList notices={desk.notices} />
          <PaceHint page={page} />
        </div>
      </main>
      {(page.panel.value === "keys" || page.panel.value === "help") && <KeysDialog page={page} onClose={close} />}
      {page.panel.value === "journal" && <JournalDialog page={page} onClose={close} />}
      {page.panel.value === "exclude" && <ExcludeDialog page={page} onClose={close} />}
      {page.panel.value === "account" && <AccountDialog access={access} onClose={close} />}
      {access.asking.value && <SignInDialog access={access} />}
    </div>
  );
}

function Opening({ page }: { page: DeskPage }) {
  const { desk } = page;
  const words = deskTexts.value;
  const place = desk.place.value;
  return (
    <div class="desk-opening" role="status">
      <p>{desk.state.value === "failed" ? desk.failure.value : words.loading}</p>
      {desk.state.value === "failed" && place && (
        <button type="button" class="button" onClick={() => void page.open(place.project, place.picture, place.job)}>
          {words.again}
        </button>
      )}
    </div>
  );
}
