import { texts } from "../texts/texts";
import { IconButton } from "../widgets/IconButton";
import type { Access } from "./Access";

/** The button that shows who is signed in, or asks. Not there where the server needs no credential. */
export function AccountButton({ access, onShow }: { access: Access; onShow: () => void }) {
  const state = access.state.value;
  const words = texts.value.access;
  if (!state || state.kinds.length === 0) {
    return null;
  }
  return state.person
    ? <IconButton icon="person" label={words.signedInAs(state.person.subject)} onClick={onShow} />
    : <IconButton icon="person" label={words.signIn} wide onClick={() => access.ask()} />;
}
