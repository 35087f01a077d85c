using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>The list of objects, labels and keys: what somebody does who labels pictures all day.</summary>
public sealed class DeskTests(BrowserFixture browser)
{
    private const int Timeout = 120_000;
    private const string Coffee = "A cup of coffee";

    [Fact(Timeout = Timeout)]
    public async Task Row_Clicked_TakesKeysForTheObjectNotForItsName()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.TakeExampleAsync(Coffee);
        await studio.ClickAsync(300, 200);
        await studio.Page.Keyboard.PressAsync("n");
        await studio.ClickAsync(120, 60);

        await Row(studio, "Object 1").ClickAsync();
        await Expect(Row(studio, "Object 1")).ToBeFocusedAsync();
        await studio.Page.Keyboard.PressAsync("h");
        await Expect(studio.Page.GetByRole(AriaRole.Button, new() { Name = "Show Object 1" })).ToBeVisibleAsync();
        await studio.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Row(studio, "Object 2")).ToBeFocusedAsync();
        await Expect(Row(studio, "Object 2")).ToHaveAttributeAsync("aria-current", "true");
        await studio.Page.Keyboard.PressAsync("Home");
        await studio.Page.Keyboard.PressAsync("Delete");

        await Expect(studio.Objects).ToHaveCountAsync(1);
        await Expect(Row(studio, "Object 2")).ToBeFocusedAsync();
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task Row_EnterF2AndDoubleClick_RenameAndEscapeGivesUp()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.TakeExampleAsync(Coffee);
        await studio.ClickAsync(300, 200);

        await Row(studio, "Object 1").ClickAsync();
        await studio.Page.Keyboard.PressAsync("Enter");
        await studio.Page.Keyboard.TypeAsync("cup");
        await studio.Page.Keyboard.PressAsync("Enter");
        await Expect(Row(studio, "cup")).ToBeFocusedAsync();
        await studio.Page.Keyboard.PressAsync("F2");
        await studio.Page.Keyboard.TypeAsync("not this");
        await studio.Page.Keyboard.PressAsync("Escape");
        await Expect(Row(studio, "cup")).ToBeFocusedAsync();
        await Row(studio, "cup").DblClickAsync();
        await studio.Page.Keyboard.TypeAsync("mug");
        await studio.Stage.FocusAsync();

        await Expect(Row(studio, "mug")).ToBeVisibleAsync();
        await studio.Page.Keyboard.PressAsync("Control+z");
        await Expect(Row(studio, "cup")).ToBeVisibleAsync();
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task Labels_ByDigits_StickAreKeptAndExported()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.TakeExampleAsync(Coffee);
        await studio.ClickAsync(120, 60);
        await studio.OpenDialogAsync("l");
        foreach (var name in new[] { "cup", "spoon", "cup" })
        {
            await studio.Page.GetByLabel("New label").FillAsync(name);
            await studio.Page.Keyboard.PressAsync("Enter");
        }

        await Expect(studio.Page.GetByRole(AriaRole.Dialog).GetByText("cannot be called 'cup'")).ToBeVisibleAsync();
        await studio.ScreenshotAsync("labels");
        await studio.CloseDialogAsync();
        // The first label went to the object without one; there are masks to choose from, so a digit takes a mask.
        await Expect(studio.Objects.First).ToContainTextAsync("cup");
        await studio.Page.Keyboard.PressAsync("2");
        await Expect(studio.Candidates.Nth(1)).ToHaveAttributeAsync("aria-checked", "true");
        await studio.Page.Keyboard.PressAsync("Shift+Digit2");
        await Expect(studio.Objects.First).ToContainTextAsync("spoon");
        await studio.Page.Keyboard.PressAsync("n");
        await studio.Page.Keyboard.PressAsync("1");
        await studio.ClickAsync(300, 200);
        await Expect(studio.Objects.Nth(1)).ToContainTextAsync("cup");
        await studio.ScreenshotAsync("labelled");

        using var coco = JsonDocument.Parse(await studio.ExportAsync("COCO JSON"));
        Assert.Equal(["2 cup", "3 spoon"], coco.RootElement.GetProperty("categories").EnumerateArray()
            .Select(category => $"{category.GetProperty("id")} {category.GetProperty("name")}"));
        Assert.Equal([3, 2], coco.RootElement.GetProperty("annotations").EnumerateArray()
            .Select(annotation => annotation.GetProperty("category_id").GetInt32()));
        var map = await studio.ExportAsync("Label map PNG");
        Assert.Equal(3, map[25]);

        await RemoveCupAsync(studio);
        await studio.Page.ReloadAsync();
        await Expect(studio.Page.Locator(".chip")).ToHaveTextAsync(["spoon1", "no label"]);
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task Keys_OnCyrillicAndFrenchKeyboards_AreThoseOfTheirPlaces()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.TakeExampleAsync(Coffee);
        await studio.ClickAsync(300, 200);
        await using var keyboard = new RawKeyboard(await studio.Page.Context.NewCDPSessionAsync(studio.Page));

        await keyboard.PressAsync("é", "Digit2");
        await Expect(studio.Candidates.Nth(1)).ToHaveAttributeAsync("aria-checked", "true");
        await keyboard.PressAsync("р", "KeyH");
        await Expect(studio.Page.GetByRole(AriaRole.Button, new() { Name = "Show Object 1" })).ToBeVisibleAsync();
        await keyboard.PressAsync("я", "KeyZ", RawKeyboard.Control);
        await Expect(studio.Page.GetByRole(AriaRole.Button, new() { Name = "Hide Object 1" })).ToBeVisibleAsync();
        // On a French keyboard the letter A is where others have Q.
        await keyboard.PressAsync("ы", "KeyS");
        await keyboard.PressAsync("a", "KeyQ");
        await Expect(studio.Page.GetByRole(AriaRole.Button, new() { Name = "Add: click" }))
            .ToHaveAttributeAsync("aria-pressed", "true");
        await keyboard.PressAsync("т", "KeyN");
        await Expect(studio.Candidates).ToHaveCountAsync(0);
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task Gestures_DoubleClickEscapeAndFirstRemoval_MakeNothingUnwanted()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.TakeExampleAsync(Coffee);
        var (x, y) = await studio.OnPageAsync(300, 200);
        await studio.Page.Mouse.ClickAsync(x, y, new() { Button = MouseButton.Right });
        await Expect(studio.Page.Locator(".notice")).ToContainTextAsync("nothing to remove yet");
        await Expect(studio.Objects).ToHaveCountAsync(0);

        await studio.MoveAsync(100, 100);
        await studio.Page.Mouse.DownAsync();
        await studio.MoveAsync(200, 200);
        await studio.Page.Keyboard.PressAsync("Escape");
        await studio.MoveAsync(250, 250);
        await studio.Page.Mouse.UpAsync();
        await Expect(studio.Objects).ToHaveCountAsync(0);

        await studio.Page.Mouse.DblClickAsync(x, y);
        await studio.AnsweredAsync();
        await studio.OpenDialogAsync("c");
        var code = await studio.Page.Locator(".code").InnerTextAsync();
        Assert.Single(code.Split("POINT_LABEL_FOREGROUND")[1..]);
        await studio.CloseDialogAsync();

        await studio.Page.Keyboard.PressAsync("n");
        await studio.Page.Keyboard.PressAsync("Backspace");
        await Expect(studio.Objects).ToHaveCountAsync(0);
        await studio.Page.Locator(".notice").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(studio.Objects).ToHaveCountAsync(1);
        await Expect(studio.Page.Locator(".notice").GetByText("deleted")).ToHaveCountAsync(0);
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task Cleaning_FillsHolesExactlyAndIsUndone()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.TakeExampleAsync(Coffee);
        await studio.ClickAsync(300, 200);
        var before = Assert.Single(await studio.MasksAsync());

        await studio.Page.GetByText("Clean up").ClickAsync();
        await studio.Page.GetByLabel("Smaller than, pixels").FillAsync("1000000");
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "Fill holes" }).ClickAsync();
        var filled = Assert.Single(await studio.MasksAsync());
        await studio.Stage.FocusAsync();
        await studio.Page.Keyboard.PressAsync("Control+z");

        // All that is outside of the mask is smaller than that.
        Assert.Equal((long)before.Width * before.Height, filled.Area);
        Assert.Equal(before, Assert.Single(await studio.MasksAsync()));
        studio.AssertNoTroubles();
    }

    private static async Task RemoveCupAsync(StudioPage studio)
    {
        await studio.OpenDialogAsync("l");
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "Remove the label cup" }).ClickAsync();
        var question = studio.Page.Locator(".label-question");
        await Expect(question).ToContainTextAsync("1 object of this picture");
        await studio.ScreenshotAsync("labels-question");
        await question.GetByRole(AriaRole.Button, new() { Name = "Remove the label" }).ClickAsync();
        await studio.CloseDialogAsync();
        await Expect(studio.Objects.Nth(1)).Not.ToContainTextAsync("cup");
    }

    private static ILocator Row(StudioPage studio, string name) =>
        studio.Page.Locator("button.object-text").Filter(new() { HasText = name });
}
