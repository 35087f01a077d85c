import { create, toBinary } from "@bufbuild/protobuf";
import { Code } from "segmentation-client";
import { LeaseSchema, ProjectsError, type ProjectsClient } from "segmentation-client/projects";
import { describe, expect, it, vi } from "vitest";
import { DeskLease } from "../../src/desk/DeskLease";
import { PLACE } from "./entries";

/** Lease of another window, which ends in a minute. */
const OTHER = create(LeaseSchema, {
  subject: "bob", holder: "theirs", expireTime: { seconds: BigInt(Math.floor(Date.now() / 1000) + 60) },
});

/** A lease at a server that refuses it as long as the other holds it. */
function leaseOf(isHeld: () => boolean, onTaken: () => void): DeskLease {
  const pictures = {
    leasePicture: () => isHeld()
      ? Promise.reject(new ProjectsError(Code.FailedPrecondition, "Bob holds it.", [], [
        { type: LeaseSchema.typeName, value: toBinary(LeaseSchema, OTHER) },
      ]))
      : Promise.resolve(create(LeaseSchema, {})),
    releasePicture: () => Promise.resolve({}),
  };
  return new DeskLease(
    pictures as unknown as ProjectsClient["pictures"], "mine", () => Promise.resolve(false), onTaken);
}

describe("the lease of the open picture", () => {
  it("is taken as soon as the other has given it back", async () => {
    let isHeld = true;
    const taken = vi.fn();
    const lease = leaseOf(() => isHeld, taken);
    await lease.begin(PLACE);
    expect(lease.isMine.value).toBe(false);

    isHeld = false;
    lease.follow(create(LeaseSchema, {}));
    await vi.waitFor(() => expect(lease.isMine.value).toBe(true));
    expect(taken).toHaveBeenCalledOnce();
    lease.end(Promise.resolve(true));
  });

  it("is left to a person who works", async () => {
    const lease = leaseOf(() => true, () => undefined);
    await lease.begin(PLACE);
    lease.follow(OTHER);
    expect(lease.other.value?.subject).toBe("bob");
    lease.end(Promise.resolve(true));
  });
});
