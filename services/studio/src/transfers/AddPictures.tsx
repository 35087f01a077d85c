import { useEffect, useRef } from "preact/hooks";
import { words } from "../texts/projects/texts";
import { Icon } from "../widgets/Icon";
import { chosenFiles, droppedFiles } from "./incomingFiles";
import type { UploadQueue } from "./UploadQueue";

/** Properties of the buttons. */
export interface AddPicturesProps {
  readonly queue: UploadQueue;
  readonly project: string;
}

/** Buttons that take files and folders; files that are dropped anywhere on the page are taken, too. */
export function AddPictures({ queue, project }: AddPicturesProps) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const text = words.value.uploads;
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      if (event.dataTransfer) {
        void droppedFiles(event.dataTransfer).then((found) => queue.add(project, found));
      }
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, [queue, project]);
  const take = (input: HTMLInputElement) => {
    void queue.add(project, chosenFiles(input.files ?? []));
    input.value = "";
  };
  return (
    <>
      <input
        ref={files}
        type="file"
        class="visually-hidden"
        aria-label={text.files}
        tabIndex={-1}
        accept="image/*"
        multiple
        onChange={({ currentTarget }) => take(currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        class="visually-hidden"
        aria-label={text.folder}
        tabIndex={-1}
        multiple
        {...{ webkitdirectory: true }}
        onChange={({ currentTarget }) => take(currentTarget)}
      />
      <button type="button" class="button bordered wide" title={text.dropHint} onClick={() => files.current?.click()}>
        <Icon name="add" />
        <span>{text.files}</span>
      </button>
      <button type="button" class="button bordered wide" title={text.dropHint} onClick={() => folder.current?.click()}>
        <Icon name="open" />
        <span>{text.folder}</span>
      </button>
    </>
  );
}
