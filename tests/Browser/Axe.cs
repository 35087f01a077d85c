using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Segmentation.Browser.Tests;

/// <summary>Asks axe-core what is wrong with a page.</summary>
internal static class Axe
{
    // Rules of WCAG 2.2 A and AA, and what axe-core calls best practice.
    private const string All =
        "{ type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'] }";

    private const string Colours = "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }";

    private static readonly string _script = new BundledAxeScriptProvider().GetScript();

    /// <summary>Asks about everything.</summary>
    /// <param name="page">The page; axe-core stays in it.</param>
    /// <returns>Each rule that is broken, with the place where.</returns>
    public static Task<string[]> FaultsAsync(IPage page) => FaultsAsync(page, All);

    /// <summary>Asks in the dark theme about everything, and in the light one about what depends on colours.</summary>
    /// <param name="page">The page; axe-core stays in it.</param>
    /// <param name="look">Called with each theme when the page is in it.</param>
    /// <returns>Each rule that is broken, with the theme and the place.</returns>
    public static async Task<IReadOnlyList<string>> FaultsOfThemesAsync(IPage page, Func<string, Task> look)
    {
        var found = new List<string>();
        foreach (var (theme, rules) in new[] { ("dark", All), ("light", Colours) })
        {
            await page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
            await look(theme);
            found.AddRange((await FaultsAsync(page, rules)).Select(words => $"{theme}: {words}"));
        }

        return found;
    }

    private static async Task<string[]> FaultsAsync(IPage page, string rules)
    {
        if (await page.EvaluateAsync<bool>("!window.axe"))
        {
            await page.EvaluateAsync(_script);
        }

        return await page.EvaluateAsync<string[]>($$"""
            () => axe.run({ runOnly: {{rules}}, resultTypes: ['violations'] }).then(({ violations }) =>
              violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, html }) => `${id} at ${target}: ${help}; ${html}`)))
            """);
    }
}
