import { EXAMPLES, loadExample } from "../picture/incoming";
import { Icon } from "../shared/Icon";
import type { Studio } from "./Studio";

/** What is there before a picture is: ways to get one. */
export function Welcome({ studio, onOpen }: { studio: Studio; onOpen: () => void }) {
  return (
    <div class="welcome">
      <button type="button" class="drop-target" onClick={onOpen}>
        <Icon name="open" />
        <strong>Drop, paste or choose a picture</strong>
        <span>Then point at something in it. JPEG, PNG, WebP or GIF.</span>
      </button>
      <h2 id="examples-title">Or take one of these</h2>
      <ul class="examples" aria-labelledby="examples-title">
        {EXAMPLES.map((example) => (
          <li key={example.name}>
            <button type="button" onClick={() => void studio.open(loadExample(example))}>
              <img src={example.url} alt="" />
              <span>{example.title}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
