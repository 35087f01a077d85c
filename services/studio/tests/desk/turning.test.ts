import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { type ListPicturesRequest, PictureState, Role } from "segmentation-client/projects";
import type { Desk } from "../../src/desk/Desk";
import { Turning } from "../../src/desk/Turning";

/** Pictures that wait for a reviewer; the third is in somebody else's hands. */
let waiting: { readonly id: bigint; readonly lease?: object }[];

beforeEach(() => {
  waiting = [{ id: 1n }, { id: 2n }, { id: 3n, lease: { subject: "ann", holder: "theirs" } }, { id: 4n }];
});

/** A visit to the first picture, with what it asked of the server. */
function visiting(role: Role, job = 0n) {
  const asked: string[] = [];
  const opened: bigint[] = [];
  const said: string[] = [];
  const entry = signal({ unsatisfactoryCount: 0 });
  const place = signal({ project: "p", picture: 1n, job });
  const desk = {
    place,
    entry,
    project: signal({ role }),
    lease: { holder: "mine" },
    clock: { pictureMs: 0 },
    encoding: { expected: new Set() },
    loader: { prefetch: () => Promise.resolve() },
    notices: { add: (words: string) => said.push(words) },
    mayDraw: () => true,
    trouble: (error: unknown) => said.push(String(error)),
    server: {
      jobs: { finishJobPicture: () => Promise.resolve() },
      pictures: {
        nextPicture: () => Promise.resolve({ picture: { id: 9n }, upcoming: [] }),
        listPictures: ({ filter }: ListPicturesRequest) => {
          asked.push(`list ${filter?.states.join()}`);
          return Promise.resolve({ pictures: waiting });
        },
        updatePictures: ({ values }: { values: { state: PictureState } }) => {
          asked.push(`state ${values.state}`);
          return Promise.resolve({});
        },
      },
    },
  } as unknown as Desk;
  const isReviewing = signal(true);
  const turning = new Turning(desk, isReviewing, () => (picture) => {
    opened.push(picture);
    place.value = { ...place.peek(), picture };
    turning.opened(picture);
  });
  turning.opened(1n);
  return { turning, asked, opened, said, entry, isReviewing };
}

describe("a reviewer's visit", () => {
  it("goes through the pictures that wait, but not to those of others or a second time", async () => {
    const { turning, asked, opened, said } = visiting(Role.REVIEWER);

    await turning.next();
    await turning.next();
    await turning.next();

    expect(opened).toEqual([2n, 4n]);
    expect(asked[0]).toBe(`list ${PictureState.DONE}`);
    expect(said).toHaveLength(1);
  });

  it("accepts a picture that is done, unless a mask has to be drawn again", async () => {
    const { turning, asked, entry } = visiting(Role.REVIEWER);

    await turning.finish();
    entry.value = { unsatisfactoryCount: 2 };
    await turning.finish();

    expect(asked.filter((words) => words.startsWith("state")))
      .toEqual([`state ${PictureState.ACCEPTED}`, `state ${PictureState.TO_REVISIT}`]);
  });

  it("takes the server's next picture in a job, outside review mode and without the role", async () => {
    const annotating = visiting(Role.REVIEWER);
    annotating.isReviewing.value = false;
    for (const { turning, opened } of [visiting(Role.REVIEWER, 7n), visiting(Role.ANNOTATOR), annotating]) {
      await turning.next();
      expect(opened).toEqual([9n]);
    }
  });
});
