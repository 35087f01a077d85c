using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>A walk through all pages, panels and dialogs of the studio, in one language.</summary>
/// <param name="studio">The studio, at its first page.</param>
/// <param name="language">The language's BCP 47 tag.</param>
internal sealed class Tour(StudioPage studio, string language)
{
    /// <summary>The names of the stops, each while the page stands there.</summary>
    public async IAsyncEnumerable<string> StopsAsync()
    {
        var page = studio.Page;
        await page.Locator("select.language").SelectOptionAsync(language);
        yield return "welcome";

        await page.Locator(".examples button").First.ClickAsync();
        await Expect(page.Locator(".status-connection.open")).ToBeVisibleAsync();
        await studio.ClickAsync(300, 200);
        await Expect(studio.Candidates).ToHaveCountAsync(3);
        yield return "candidates";

        await page.Keyboard.PressAsync("n");
        await studio.ClickAsync(80, 330);
        await page.Keyboard.PressAsync("h");
        await page.Keyboard.PressAsync("n");
        yield return "objects";

        await page.Keyboard.PressAsync("e");
        await Expect(page.Locator(".panel")).ToBeVisibleAsync();
        yield return "everything";

        await studio.TypeNumberAsync(page.Locator(".panel input").First, 4);
        await page.Locator(".panel .primary").ClickAsync();
        await Expect(page.Locator(".panel-actions .button")).ToHaveCountAsync(3, new() { Timeout = studio.PatienceMs });
        yield return "found";

        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".panel")).ToHaveCountAsync(0);
        foreach (var (key, name) in new[] { ("?", "help"), ("x", "export"), ("c", "code") })
        {
            await studio.OpenDialogAsync(key);
            yield return name;
            await studio.CloseDialogAsync();
        }

        await page.Locator("input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "no picture"u8.ToArray() });
        await Expect(page.Locator(".notice")).ToBeVisibleAsync();
        yield return "notice";
    }
}
