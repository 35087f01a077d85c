import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Code } from "@connectrpc/connect";
import { expect, it } from "vitest";
import { SegmentationClient } from "../../src";

/**
 * A server with API keys. Once the file OPENED exists, the first key expires soon, at the time in the file EXPIRES; the
 * second does not.
 */
const { SERVER, PICTURE, FIRST_KEY, SECOND_KEY, OPENED, EXPIRES } = process.env as Record<string, string>;

const CLICK = { points: [{ x: 300, y: 200 }] };
const picture = new Blob([readFileSync(PICTURE!)]);

/** Tells whether a session of the first key is over, grace and all. */
const isOver = () => existsSync(EXPIRES!) && Date.now() > Number(readFileSync(EXPIRES!, "utf8")) + 4_000;

it("goes on over the expiry of its key, without another connection and without losing a prompt", async () => {
  const given: string[] = [];
  const states: string[] = [];
  const client = new SegmentationClient(SERVER!, {
    credential: () => {
      // The last calls before the session's notice have the first key.
      given.push(states.includes("open") ? SECOND_KEY! : FIRST_KEY!);
      return given.at(-1)!;
    },
  });
  const image = await client.upload(picture);
  const live = client.live({ onState: (state) => states.push(state) });
  live.open(image.id);
  const first = await live.segment(CLICK);
  writeFileSync(OPENED!, "");
  do {
    const next = await live.segment(CLICK);
    expect(next.result).toEqual(first.result);
  } while (!isOver());
  live.close();

  expect(given).toEqual([FIRST_KEY, FIRST_KEY, SECOND_KEY]);
  expect(states).toEqual(["connecting", "open", "idle"]);
});

it("segments with a key, and says why without one", async () => {
  const client = new SegmentationClient(SERVER!, { credential: SECOND_KEY });
  const stranger = new SegmentationClient(SERVER!);
  const image = await client.upload(picture);
  const answer = await client.segment({ image: { case: "imageId", value: image.id }, prompts: [CLICK] });
  const live = stranger.live();
  live.open(image.id);

  expect(answer.results[0]!.masks.length).toBe(3);
  await expect(stranger.upload(picture)).rejects.toMatchObject({ code: Code.Unauthenticated });
  await expect(stranger.segment({})).rejects.toMatchObject({ code: Code.Unauthenticated });
  await expect(live.segment(CLICK)).rejects.toMatchObject({
    code: Code.Unauthenticated, reason: "CREDENTIAL_MISSING",
  });
  live.close();
});
