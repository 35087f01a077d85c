using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Segmentation.Browser.Tests;

/// <summary>Asks axe-core what is wrong with a page.</summary>
internal static class Axe
{
    // Rules of WCAG 2.2 A and AA, and what axe-core calls best practice.
    private static readonly AxeRunOptions _all = new()
    {
        RunOnly = new()
        {
            Type = "tag",
            Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
        },
        ResultTypes = [ResultType.Violations],
    };

    private static readonly AxeRunOptions _colours = new()
    {
        RunOnly = new() { Type = "rule", Values = ["color-contrast", "link-in-text-block"] },
        ResultTypes = [ResultType.Violations],
    };

    /// <summary>Asks about everything.</summary>
    /// <param name="page">The page.</param>
    /// <returns>Each rule that is broken, with the place where.</returns>
    public static Task<IReadOnlyList<string>> FaultsAsync(IPage page) => FaultsAsync(page, _all);

    /// <summary>Asks in the dark theme about everything, and in the light one about what depends on colours.</summary>
    /// <param name="page">The page.</param>
    /// <param name="look">Called with each theme when the page is in it.</param>
    /// <returns>Each rule that is broken, with the theme and the place.</returns>
    public static async Task<IReadOnlyList<string>> FaultsOfThemesAsync(IPage page, Func<string, Task> look)
    {
        var found = new List<string>();
        foreach (var (theme, rules) in new[] { ("dark", _all), ("light", _colours) })
        {
            await page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
            await look(theme);
            found.AddRange((await FaultsAsync(page, rules)).Select(words => $"{theme}: {words}"));
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(IPage page, AxeRunOptions rules) =>
    [
        .. from violation in (await page.RunAxe(rules)).Violations
           from node in violation.Nodes
           select $"{violation.Id} at {node.Target}: {violation.Help}; {node.Html}",
    ];
}
