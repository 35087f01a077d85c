import { useEffect, useState } from "preact/hooks";
import type { KeptPicture } from "../keeping/KeptPictures";
import { IconButton } from "../widgets/IconButton";
import { language, texts } from "../texts/texts";
import type { Studio } from "./Studio";

/** The list of pictures with saved work, each to be continued or forgotten. Empty while there are none. */
export function KeptList({ studio }: { studio: Studio }) {
  useEffect(() => void studio.session.resuming.keeper.refresh(), [studio]);
  const pictures = studio.session.resuming.keeper.pictures.value;
  const words = texts.value.keeping;
  if (pictures.length === 0) {
    return null;
  }
  return (
    <>
      <h2 id="kept-title">{words.title}</h2>
      <ul class="kept" aria-labelledby="kept-title">
        {pictures.map((picture) => (
          <li key={picture.hash}>
            <button type="button" onClick={() => void studio.session.resuming.resume(picture)}>
              <Thumbnail picture={picture} />
              <span>
                <b>{picture.name}</b>
                <small>
                  {words.used(picture.objects, new Date(picture.used).toLocaleString(language.value, STYLE))}
                  {picture.bytes === 0 && <> · {words.openAgain}</>}
                </small>
              </span>
            </button>
            <IconButton icon="delete" label={words.forget(picture.name)}
              onClick={() => void studio.session.resuming.keeper.forget(picture.hash)} />
          </li>
        ))}
      </ul>
    </>
  );
}

const STYLE = { dateStyle: "medium", timeStyle: "short" } as const;

function Thumbnail({ picture: { thumbnail } }: { picture: KeptPicture }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = thumbnail ? URL.createObjectURL(thumbnail) : undefined;
    setUrl(made);
    return () => made && URL.revokeObjectURL(made);
  }, [thumbnail]);
  return url ? <img src={url} alt="" /> : <i aria-hidden="true" />;
}
