using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Segmentation.Masks;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>The studio in a page, and what a person does there. Notes everything that goes wrong in it.</summary>
internal sealed partial class StudioPage : IAsyncDisposable
{
    // Hash of "body {}": Playwright adds that style for screenshots in Firefox, where the page's policy refuses it.
    private const string PlaywrightStyle = "sha256-YjaKGiklmzC6wjXA513HAMmzus8VE61XCOT+SmwNZWA=";

    private readonly IBrowserContext _context;
    private readonly List<string> _troubles = [];
    private readonly SavedFiles? _saved;
    private readonly CancellationToken _cancellationToken;

    private readonly CancellationTokenRegistration _cancelled;

    private StudioPage(IBrowserContext context, IPage page, SavedFiles? saved, CancellationToken cancellationToken)
    {
        (_context, Page, _saved, _cancellationToken) = (context, page, saved, cancellationToken);
        // Playwright's calls take no token: they end with the page.
        _cancelled = cancellationToken.Register(() => _ = context.CloseAsync());
        page.SetDefaultTimeout(PatienceMs);
        page.Console += (_, message) => Note(
            message.Type is "error" or "warning" && !IsNotEncoded(message.Location) && !IsLeftSocket(message.Text),
            $"console: {message.Text}");
        page.PageError += (_, error) =>
            Note(!error.Contains(PlaywrightStyle, StringComparison.Ordinal), $"page error: {error}");
        page.RequestFailed += (_, request) =>
            Note(!IsGivenUp(request), $"request failed: {request.Url} {request.Failure}");
        page.Response += (_, response) =>
            Note(response.Status >= 400 && !IsNotEncoded(response.Url), $"HTTP {response.Status}: {response.Url}");
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Whether what goes wrong is noted; not while the server is ended on purpose.</summary>
    public bool NotesTroubles { get; set; } = true;

    /// <summary>
    /// Whether the page goes on before a picture is encoded: it may end the picture's upload, and be told 404 when it asks
    /// for an embedding that is being made ahead.
    /// </summary>
    public bool LeavesPictures { get; set; }

    /// <summary>How long the page may take to do what is waited for.</summary>
    public float PatienceMs { get; set; } = (float)Patience.Longest.TotalMilliseconds;

    /// <summary>The canvas that is pointed at.</summary>
    public ILocator Stage => Page.Locator("#stage");

    /// <summary>The line that says how things stand.</summary>
    public ILocator Status => Page.Locator(".status");

    /// <summary>Rows of the list of objects.</summary>
    public ILocator Objects => Page.Locator(".object");

    /// <summary>The masks of an ambiguous click.</summary>
    public ILocator Candidates => Page.Locator(".candidate");

    /// <summary>Goes to the studio.</summary>
    /// <param name="context">What the page has of its own.</param>
    /// <param name="address">The server's.</param>
    /// <param name="saved">Where the browser saves files by itself; null where it tells of them.</param>
    /// <param name="cancellationToken">Closes the page.</param>
    public static async Task<StudioPage> OpenAsync(
        IBrowserContext context, Uri address, SavedFiles? saved, CancellationToken cancellationToken)
    {
        var studio = new StudioPage(context, await context.NewPageAsync(), saved, cancellationToken);
        await studio.Page.GotoAsync(address.ToString());
        return studio;
    }

    /// <summary>Takes an example and waits until it is encoded.</summary>
    /// <param name="title">Its title in the page's language.</param>
    /// <param name="encoded">What the page then says in its language.</param>
    public async Task TakeExampleAsync(string title, string encoded = "Encoded")
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = title }).ClickAsync();
        await EncodedAsync(encoded);
    }

    /// <summary>Opens a picture and waits until it is encoded.</summary>
    /// <param name="name">One of the repository's, or the path of any.</param>
    public async Task OpenPictureAsync(string name)
    {
        await Page.GetByLabel("Picture", new() { Exact = true }).SetInputFilesAsync(
            Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", name));
        // The status line says of the picture before that it is encoded until this one is read.
        await Assertions.Expect(Page.Locator(".picture-name"))
            .ToContainTextAsync(Path.GetFileName(name), new() { Timeout = PatienceMs });
        await EncodedAsync();
    }

    /// <summary>The picture's size in pixels, as the page says it.</summary>
    public async Task<(double Width, double Height)> SizeAsync()
    {
        var size = (await Page.Locator(".picture-name span").InnerTextAsync()).Split('×');
        var culture = CultureInfo.InvariantCulture;
        return (double.Parse(size[0], culture), double.Parse(size[1], culture));
    }

    /// <summary>Where a pixel of the picture is on the page.</summary>
    public async Task<(float X, float Y)> OnPageAsync(double x, double y)
    {
        // Set when the picture is first drawn.
        await Page.WaitForSelectorAsync("#stage[data-view]");
        var view = (await Stage.GetAttributeAsync("data-view"))!.Split(' ')
            .Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        var box = (await Stage.BoundingBoxAsync())!;
        return ((float)(box.X + (x * view[0]) + view[1]), (float)(box.Y + (y * view[0]) + view[2]));
    }

    /// <summary>Moves the pointer to a pixel of the picture.</summary>
    public async Task MoveAsync(double x, double y)
    {
        var (left, top) = await OnPageAsync(x, y);
        await Page.Mouse.MoveAsync(left, top);
    }

    /// <summary>Clicks on a pixel of the picture and waits for the answer.</summary>
    public async Task ClickAsync(double x, double y, MouseButton button = MouseButton.Left)
    {
        var (left, top) = await OnPageAsync(x, y);
        await Page.Mouse.ClickAsync(left, top, new() { Button = button });
        await AnsweredAsync();
    }

    /// <summary>Drags a box over pixels of the picture and waits for the answer.</summary>
    public async Task DragAsync(double xMin, double yMin, double xMax, double yMax)
    {
        await MoveAsync(xMin, yMin);
        await Page.Mouse.DownAsync();
        await MoveAsync((xMin + xMax) / 2, (yMin + yMax) / 2);
        await MoveAsync(xMax, yMax);
        await Page.Mouse.UpAsync();
        await AnsweredAsync();
    }

    /// <summary>Waits until no object waits for its mask.</summary>
    public async Task AnsweredAsync()
    {
        await Assertions.Expect(Objects.First).ToBeVisibleAsync(new() { Timeout = PatienceMs });
        await Assertions.Expect(Page.GetByText("waiting for the mask")).ToHaveCountAsync(
            0, new() { Timeout = PatienceMs });
        await Assertions.Expect(Page.Locator("canvas.overlay")).ToHaveAttributeAsync(
            "aria-busy", "false", new() { Timeout = PatienceMs });
    }

    /// <summary>Chooses where masks are decoded and waits until they are decoded there.</summary>
    /// <param name="choice">Value of the option.</param>
    /// <param name="place">What the page then says, where that is another word.</param>
    public async Task DecodeAsync(string choice, string? place = null)
    {
        await Page.GetByLabel("Place where masks are decoded").SelectOptionAsync(choice);
        // The decoder's graphs, its kernels, its threads: seconds, and a minute on a machine that does much else.
        await Assertions.Expect(Page.GetByTestId("place")).ToHaveTextAsync(
            place ?? choice, new() { Timeout = PatienceMs });
    }

    /// <summary>Types a number in place of a field's.</summary>
    public async Task TypeNumberAsync(ILocator field, int number)
    {
        // Playwright's FillAsync adds to a number in Firefox.
        await field.FocusAsync();
        await Page.Keyboard.PressAsync("Control+a");
        await Page.Keyboard.TypeAsync(number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until the work is saved in the browser.</summary>
    public async Task KeptAsync()
    {
        await Assertions.Expect(Page.Locator("html[data-unsaved]")).ToHaveCountAsync(0);
        await Assertions.Expect(Page.GetByTestId("kept")).ToHaveAttributeAsync("data-state", "kept");
    }

    /// <summary>Opens a dialog by its key.</summary>
    public async Task OpenDialogAsync(string key)
    {
        await Page.Keyboard.PressAsync(key);
        await Assertions.Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync(new() { Timeout = PatienceMs });
    }

    /// <summary>Closes the dialog and waits until it has gone: while it goes, keys are still its own.</summary>
    public async Task CloseDialogAsync()
    {
        await Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0, new() { Timeout = PatienceMs });
    }

    /// <summary>Saves the objects in a form; gives the file's bytes.</summary>
    public async Task<byte[]> ExportAsync(string format)
    {
        await OpenDialogAsync("x");
        var (name, bytes) = await SaveAsync(() =>
            Page.GetByRole(AriaRole.Button, new() { Name = format }).ClickAsync());
        await CloseDialogAsync();
        await File.WriteAllBytesAsync(Artifacts.PathOf(name), bytes, _cancellationToken);
        return bytes;
    }

    /// <summary>The objects' masks, as the COCO file has them.</summary>
    public async Task<RunLengths[]> MasksAsync()
    {
        using var coco = JsonDocument.Parse(await ExportAsync("COCO JSON"));
        return [.. coco.RootElement.GetProperty("annotations").EnumerateArray().Select(annotation =>
        {
            var segmentation = annotation.GetProperty("segmentation");
            var size = segmentation.GetProperty("size");
            return RunLengths.FromCocoString(
                size[0].GetInt32(), size[1].GetInt32(), segmentation.GetProperty("counts").GetString()!);
        })];
    }

    /// <summary>A picture of the page for a person to look at.</summary>
    public Task ScreenshotAsync(string name) => Artifacts.PictureAsync(Page, name);

    /// <summary>Nothing went wrong in the page.</summary>
    public void AssertNoTroubles()
    {
        lock (_troubles)
        {
            Assert.True(_troubles.Count == 0, string.Join(Environment.NewLine, _troubles));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _cancelled.DisposeAsync();
        await _context.DisposeAsync();
    }

    private async Task<(string Name, byte[] Bytes)> SaveAsync(Func<Task> action)
    {
        if (_saved is not null)
        {
            return await _saved.TakeAsync(action, TimeSpan.FromMilliseconds(PatienceMs), _cancellationToken);
        }

        var download = await Page.RunAndWaitForDownloadAsync(action);
        var path = await download.PathAsync();
        return (download.SuggestedFilename, await File.ReadAllBytesAsync(path, _cancellationToken));
    }

    /// <summary>
    /// A call that the page ends itself when it shows something else: what a server ends has another code. A call that
    /// changes something is never given up, but the upload of a picture that is left.
    /// </summary>
    private bool IsGivenUp(IRequest request) => request.Failure == "net::ERR_ABORTED"
        && (request.Method == "GET"
            || Watch().IsMatch(request.Url)
            || (LeavesPictures && request.Url.EndsWith("/v1/images", StringComparison.Ordinal)));

    /// <summary>A session that the page closed before it was open, since its picture was left.</summary>
    private static bool IsLeftSocket(string text) =>
        text.EndsWith("WebSocket is closed before the connection is established.", StringComparison.Ordinal);

    private bool IsNotEncoded(string address) =>
        LeavesPictures && address.Contains("/v1/images/sha256:", StringComparison.Ordinal);

    [GeneratedRegex(@"/segmentation\.projects\.v1\.[A-Za-z]+/Watch(Picture|Run|Transfer)$")]
    private static partial Regex Watch();

    private Task EncodedAsync(string encoded = "Encoded") =>
        Assertions.Expect(Page.Locator(".status-main")).ToContainTextAsync(encoded, new() { Timeout = PatienceMs });

    private void Note(bool isTrouble, string words)
    {
        lock (_troubles)
        {
            if (isTrouble && NotesTroubles)
            {
                _troubles.Add(words);
            }
        }
    }
}
