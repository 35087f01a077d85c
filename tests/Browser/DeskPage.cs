using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>The desk on one picture of a project, and what a person does there.</summary>
internal sealed class DeskPage(StudioPage studio, Uri server, DeskProject project)
{
    /// <summary>The studio's page.</summary>
    public StudioPage Studio { get; } = studio;

    /// <summary>The browser's page.</summary>
    public IPage Page => Studio.Page;

    /// <summary>Rows of the list of objects.</summary>
    public ILocator Objects => Page.Locator(".desk-list .object");

    /// <summary>Says what is unsent, and why.</summary>
    public ILocator Badge => Page.Locator(".desk-badge");

    /// <summary>Says who works on the picture.</summary>
    public ILocator Held => Page.Locator(".desk-held");

    /// <summary>Opens the project's first picture and waits until it is drawn.</summary>
    /// <param name="query">Query of the address, for example the job.</param>
    public async Task OpenAsync(string query = "")
    {
        await Page.GotoAsync($"{server}#/projects/{project.Id}/pictures/{project.Picture}{query}");
        await Page.WaitForSelectorAsync("#stage[data-view]");
    }

    /// <summary>Waits until a picture is drawn: its address stands in the page before.</summary>
    /// <param name="index">The picture's index in the project.</param>
    public Task ShownAsync(int index) =>
        Expect(Page.Locator(".picture-name b")).ToHaveTextAsync($"coffee-{index}.png");

    /// <summary>Draws with the brush along places of the picture, as a new object.</summary>
    public async Task BrushAsync(params (double X, double Y)[] places)
    {
        await Page.Keyboard.PressAsync("b");
        await Page.Keyboard.PressAsync("n");
        await StrokeAsync(places);
    }

    /// <summary>Draws with the present tool along places of the picture.</summary>
    public async Task StrokeAsync(params (double X, double Y)[] places)
    {
        await Studio.MoveAsync(places[0].X, places[0].Y);
        await Page.Mouse.DownAsync();
        foreach (var (x, y) in places.Skip(1))
        {
            await Studio.MoveAsync(x, y);
        }

        await Page.Mouse.UpAsync();
    }

    /// <summary>Presses a button of the dialog of the journal, which is opened and closed.</summary>
    public async Task DecideAsync(string button)
    {
        await Badge.ClickAsync();
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = button }).First.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog).Locator(".desk-conflict")).ToHaveCountAsync(0);
        await Studio.CloseDialogAsync();
    }

    /// <summary>Waits until something in the journal waits for the person.</summary>
    public Task UndecidedAsync() =>
        Expect(Badge).ToHaveAttributeAsync("data-state", "decisions", new() { Timeout = Studio.PatienceMs });

    /// <summary>Waits until the server has everything.</summary>
    public Task SavedAsync() =>
        Expect(Badge).ToHaveAttributeAsync("data-state", "saved", new() { Timeout = Studio.PatienceMs });
}
