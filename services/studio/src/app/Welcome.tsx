import { EXAMPLES, loadExample } from "../picture/incoming";
import { Icon } from "../widgets/Icon";
import { texts } from "../texts/texts";
import { KeptList } from "./KeptList";
import type { Studio } from "./Studio";

/** The page without a picture: ways to open one. */
export function Welcome({ studio, onOpen }: { studio: Studio; onOpen: () => void }) {
  const words = texts.value.welcome;
  const missing = studio.access.missing.value;
  return (
    <div class="welcome">
      {missing.length > 0 && <p class="trouble" role="status">{texts.value.access.missing(missing.join(", "))}</p>}
      <button type="button" class="drop-target" disabled={missing.length > 0} onClick={onOpen}>
        <Icon name="open" />
        <strong>{words.choose}</strong>
        <span>{words.then}</span>
      </button>
      <KeptList studio={studio} />
      <h2 id="examples-title">{words.examples}</h2>
      <ul class="examples" aria-labelledby="examples-title">
        {EXAMPLES.map((example) => (
          <li key={example.name}>
            <button type="button" disabled={missing.length > 0} onClick={() => void studio.session.open(loadExample(example))}>
              <img src={example.url} alt="" />
              <span>{texts.value.examples[example.key]}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
