import { PictureState, Role } from "segmentation-client/projects";
import { useFetched } from "../projects/Fetched";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Empty, Failure } from "../projects/parts";
import { toDesk, toProject } from "../routing/routes";
import { words } from "../texts/projects/texts";

/** Pictures of the queue that are listed. */
const LISTED = 12;

/** Pictures that are done and wait for a reviewer. */
export function ReviewQueue({ pages, open }: { pages: PagesContext; open: OpenProject }) {
  const list = useFetched(
    (signal) =>
      pages.client.pictures.listPictures(
        {
          project: open.id,
          filter: { states: [PictureState.DONE], excluded: false },
          pageSize: LISTED,
          count: true,
        },
        { signal },
      ),
    [open.id],
  );
  const text = words.value.review;
  const waiting = list.value.value;
  const [first] = waiting?.pictures ?? [];
  return (
    <section aria-labelledby="queue-title">
      <h2 id="queue-title">{text.queue}</h2>
      <Failure error={list.error.value} onRetry={() => void list.reload()} />
      {waiting && !first && (
        <Empty title={text.noQueue}>
          <p>{text.noQueueThen}</p>
        </Empty>
      )}
      {first && (
        <>
          <p>{text.waiting(Number(waiting!.totalSize))}</p>
          <div class="page-actions">
            {open.may(Role.REVIEWER) && (
              <a class="button primary" href={toDesk(open.id, first.id, 0n, true)}>
                {text.begin}
              </a>
            )}
            <a class="button bordered" href={toProject(open.id, "gallery", { state: "done", excluded: "no" })}>
              {text.all}
            </a>
          </div>
          <ul class="queue">
            {waiting!.pictures.map(({ id, name, annotationCount }) => (
              <li key={String(id)}>
                <a href={toDesk(open.id, id, 0n, open.may(Role.REVIEWER))}>{name}</a>{" "}
                <span class="muted">{words.value.gallery.masks(annotationCount)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
