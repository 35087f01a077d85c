import type { SegmentationClient } from "segmentation-client";
import type { Access } from "../access/Access";

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
  /** Goes to another picture of the project. */
  readonly onPicture: (picture: bigint) => void;
  /** Goes back to the project. */
  readonly onLeave: () => void;
}

/** The desk: one picture of a project, and what people draw on it. */
export function DeskView({ picture }: DeskViewProps) {
  return <main class="desk" data-picture={String(picture)} />;
}
