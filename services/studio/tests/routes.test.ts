import { describe, expect, it } from "vitest";
import { create, PictureFilterSchema, PictureState, Split } from "segmentation-client/projects";
import { filterIn, readFilter, writeFilter } from "../src/routing/filters";
import { hrefOf, parseRoute, toDesk, toProject } from "../src/routing/routes";

describe("addresses", () => {
  it.each([
    "#/", "#/projects", "#/projects/p1", "#/projects/a%20b%2F%3F", "#/projects/p1?state=new&name=a+b",
    "#/projects/p1/pictures/7?job=3", "#/projects/p1/settings", "#/projects/p1/runs", "#/projects/p1/transfers",
    "#/projects/p1/figures", "#/projects/p1/review?audit=3", "#/projects/p1/jobs",
  ])("%s is read and written again", (address) => {
    expect(hrefOf(parseRoute(address))).toBe(address);
  });

  it("that no page has lead to the nearest one", () => {
    expect(parseRoute("").page).toBe("studio");
    expect(parseRoute("#about").page).toBe("studio");
    expect(parseRoute("#/projects/p1/nothing").page).toBe("gallery");
    expect(parseRoute("#/projects/p1/pictures/x").page).toBe("gallery");
    expect(parseRoute("#/projects/%E0%A4%A").page).toBe("gallery");
  });

  it("of desks and pages name job and query", () => {
    expect(toDesk("p 1", 7n)).toBe("#/projects/p%201/pictures/7");
    expect(toDesk("p", 7n, 3n)).toBe("#/projects/p/pictures/7?job=3");
    expect(toDesk("p", 7n, 3n, true)).toBe("#/projects/p/pictures/7?job=3&review=1");
    expect(toProject("p", "review", { audit: "3" })).toBe("#/projects/p/review?audit=3");
  });
});

describe("a filter", () => {
  it("comes back from the address as it was", () => {
    const filter = create(PictureFilterSchema, {
      states: [PictureState.NEW, PictureState.TO_REVISIT],
      splits: [Split.UNSPECIFIED, Split.TRAIN],
      labels: [1, 20],
      name: "a&b = c",
      excluded: false,
      hasProposals: true,
      hasUnsatisfactory: false,
      hasIssues: true,
      hasAnnotations: false,
      job: 9n,
      attribute: "city=Bonn",
    });
    const query = new URLSearchParams();

    writeFilter(filter, query);

    expect(readFilter(new URLSearchParams(query.toString()))).toEqual(filter);
  });

  it("is found in the address of any page", () => {
    expect(filterIn(new URLSearchParams("audit=3&name=cup&order=name&hasIssues=x")).toString()).toBe("name=cup");
  });

  it("that says nothing leaves the address empty, and nonsense is passed over", () => {
    const query = new URLSearchParams();
    writeFilter(create(PictureFilterSchema), query);

    expect(query.toString()).toBe("");
    expect(readFilter(new URLSearchParams("state=x&split=y&label=a,-1&excluded=maybe&job=-1")))
      .toEqual(create(PictureFilterSchema));
  });
});
