import { Bar } from "../projects/parts";
import { bytesOf, words } from "../texts/projects/texts";
import type { ArchiveUpload } from "./ArchiveUpload";

/** How far the sending of an archive is. */
export function ArchiveProgress({ upload, size }: { upload: ArchiveUpload; size: number }) {
  const text = words.value.transfers;
  const sent = upload.sent.value;
  return sent === undefined ? null : (
    <div class="archive-progress" role="status">
      <Bar label={text.sending} done={sent} total={size} />
      <span>{words.value.uploads.bytes(bytesOf(sent), bytesOf(size))}</span>
      <button type="button" class="button bordered" onClick={() => upload.cancel()}>{words.value.common.cancel}</button>
      {upload.trouble.value && <p class="trouble">{upload.trouble.value}</p>}
    </div>
  );
}
