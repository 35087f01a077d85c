import { useEffect, useMemo } from "preact/hooks";
import type { SegmentationClient } from "segmentation-client";
import { ProjectsClient } from "segmentation-client/projects";
import type { Access } from "./access/Access";
import { GalleryPage } from "./gallery/GalleryPage";
import { Later, later, type LaterPart } from "./Later";
import { Frame } from "./projects/Frame";
import { OpenProject } from "./projects/OpenProject";
import type { PageProps, PagesContext } from "./projects/PagesContext";
import { Failure } from "./projects/parts";
import { ProjectsPage } from "./projects/ProjectsPage";
import { numberIn } from "./routing/filters";
import { goTo, route } from "./routing/router";
import { type ProjectPage as ProjectPageName, type Route, toDesk, toProject } from "./routing/routes";
import type { Notices } from "./shared/Notices";
import { AddPictures } from "./transfers/AddPictures";
import { Hasher } from "./transfers/Hasher";
import { PendingUploads } from "./transfers/PendingUploads";
import { UploadPanel } from "./transfers/UploadPanel";
import { UploadQueue } from "./transfers/UploadQueue";
import "./styles/projects.css";
import "./styles/project-forms.css";
import "./styles/project-parts.css";
import "./styles/gallery.css";

const parts: Readonly<Record<ProjectPageName, LaterPart<PageProps>>> = {
  settings: later(
    () => import("./projects/SettingsPage"),
    ({ SettingsPage }) => SettingsPage,
  ),
  runs: later(
    () => import("./runs/RunsPage"),
    ({ RunsPage }) => RunsPage,
  ),
  transfers: later(
    () => import("./transfers/TransfersPage"),
    ({ TransfersPage }) => TransfersPage,
  ),
  figures: later(
    () => import("./figures/FiguresPage"),
    ({ FiguresPage }) => FiguresPage,
  ),
  review: later(
    () => import("./review/ReviewPage"),
    ({ ReviewPage }) => ReviewPage,
  ),
  jobs: later(
    () => import("./review/JobsPage"),
    ({ JobsPage }) => JobsPage,
  ),
};
const desk = later(
  () => import("./desk"),
  ({ DeskView }) => DeskView,
);
const restoring = later(
  () => import("./transfers/RestoreDialog"),
  ({ RestoreDialog }) => RestoreDialog,
);

/** Properties of the pages of projects. */
export interface ProjectPagesProps {
  readonly client: SegmentationClient;
  readonly access: Access;
  readonly notices: Notices;
}

/** The pages of projects. What is sent in the background goes on while they change. */
export function ProjectPages({ client: server, access, notices }: ProjectPagesProps) {
  const pages = useMemo<PagesContext>(
    () => ({
      client: new ProjectsClient(location.origin, { signIn: () => access.signIn() }),
      server,
      access,
      notices,
    }),
    [server, access, notices],
  );
  const queue = useMemo(() => {
    const hasher = new Hasher();
    return new UploadQueue({ client: pages.client, pending: new PendingUploads(), hash: (file) => hasher.hash(file) });
  }, [pages]);
  const here = route.value;
  const id = "project" in here ? here.project : undefined;
  const open = useMemo(() => (id === undefined ? null : new OpenProject(pages.client, id)), [pages, id]);
  useEffect(() => {
    if (open) {
      void open.load();
      void queue.resume(open.id);
    }
  }, [open]);
  if (here.page === "desk") {
    const { project, picture } = here;
    const job = numberIn(here.query.get("job"));
    const isReview = here.query.get("review") === "1";
    // The queue of the page "Review" has no job.
    const back = isReview && job === 0n ? toProject(project, "review") : toProject(project, "gallery", {
      ...(job ? { job: String(job) } : {}), ...Object.fromEntries(open?.gallery ?? []),
    });
    return (
      <Later
        part={desk}
        properties={{
          client: server,
          access,
          project,
          picture,
          job,
          isReview,
          onPicture: (next: bigint) => goTo(toDesk(project, next, job, isReview)),
          onLeave: () => goTo(back),
        }}
      />
    );
  }
  return (
    <Frame
      pages={pages}
      open={open}
      page={open && here.page !== "projects" && here.page !== "studio" ? here.page : null}
      query={"query" in here ? here.query : new URLSearchParams()}
      background={<UploadPanel queue={queue} project={open?.id} />}
    >
      {open ? (
        <ProjectPage pages={pages} open={open} here={here} queue={queue} />
      ) : (
        <ProjectsPage
          pages={pages}
          restoring={(onClose) => <Later part={restoring} properties={{ pages, onClose }} />}
        />
      )}
    </Frame>
  );
}

interface ProjectPageProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly here: Route;
  readonly queue: UploadQueue;
}

function ProjectPage({ pages, open, here, queue }: ProjectPageProps) {
  if (!open.project.value) {
    return <Failure error={open.error.value} onRetry={() => void open.load()} />;
  }
  switch (here.page) {
    case "gallery":
      return (
        <GalleryPage
          key={open.id}
          pages={pages}
          open={open}
          query={here.query}
          arrived={queue.arrived.value}
          adding={<AddPictures queue={queue} project={open.id} />}
          onUse={(page, pictures) => {
            open.chosen.value = pictures;
            goTo(toProject(open.id, page));
          }}
        />
      );
    case "projects":
    case "studio":
    case "desk":
      return null;
    default:
      return <Later key={here.page} part={parts[here.page]} properties={{ pages, open, query: here.query }} />;
  }
}
