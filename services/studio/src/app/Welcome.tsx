import { EXAMPLES, loadExample } from "../picture/incoming";
import { Icon } from "../widgets/Icon";
import { texts } from "../texts/texts";
import { KeptList } from "./KeptList";
import type { Studio } from "./Studio";

/** The page without a picture: ways to open one. */
export function Welcome({ studio, onOpen }: { studio: Studio; onOpen: () => void }) {
  const words = texts.value.welcome;
  return (
    <div class="welcome">
      <button type="button" class="drop-target" onClick={onOpen}>
        <Icon name="open" />
        <strong>{words.choose}</strong>
        <span>{words.then}</span>
      </button>
      <KeptList studio={studio} />
      <h2 id="examples-title">{words.examples}</h2>
      <ul class="examples" aria-labelledby="examples-title">
        {EXAMPLES.map((example) => (
          <li key={example.name}>
            <button type="button" onClick={() => void studio.session.open(loadExample(example))}>
              <img src={example.url} alt="" />
              <span>{texts.value.examples[example.key]}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
