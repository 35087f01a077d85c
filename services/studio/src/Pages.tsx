import type { SegmentationClient } from "segmentation-client";
import type { Access } from "./access/Access";
import { Shell } from "./app/Shell";
import type { Studio } from "./app/Studio";
import { Later, later } from "./Later";
import { route } from "./routing/router";

const projectPages = later(
  () => import("./ProjectPages"),
  ({ ProjectPages }) => ProjectPages,
);

/** Properties of all pages. */
export interface PagesProps {
  readonly studio: Studio;
  readonly client: SegmentationClient;
  readonly access: Access;
}

/** The page that the address names: the studio for a single picture, or a page of projects, loaded when it is shown. */
export function Pages({ studio, client, access }: PagesProps) {
  return route.value.page === "studio" ? (
    <Shell studio={studio} />
  ) : (
    <Later part={projectPages} properties={{ client, access, notices: studio.notices }} />
  );
}
