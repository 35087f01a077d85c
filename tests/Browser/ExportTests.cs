using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.Playwright;
using Segmentation.Masks;

namespace Segmentation.Browser.Tests;

public sealed class ExportTests(BrowserFixture browser)
{
    [Theory(Timeout = 600_000)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task Export_EveryForm_IsReadAgain(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.TakeExampleAsync("A cup of coffee");
        await studio.ClickAsync(300, 200);
        await studio.Page.Keyboard.PressAsync("n");
        await studio.DragAsync(330, 230, 420, 350);
        var masks = await studio.MasksAsync();
        Assert.Equal(2, masks.Length);
        await studio.OpenDialogAsync("x");
        await studio.ScreenshotAsync("export");
        await studio.CloseDialogAsync();

        using var saved = JsonDocument.Parse(await studio.ExportAsync("SA-1B JSON"));
        var annotations = saved.RootElement.GetProperty("annotations").EnumerateArray().ToArray();
        Assert.Equal(masks.Select(mask => mask.ToCocoString()), annotations.Select(Counts));
        Assert.Equal(masks.Select(mask => mask.Area), annotations.Select(a => a.GetProperty("area").GetInt64()));

        using var features = JsonDocument.Parse(await studio.ExportAsync("GeoJSON"));
        Assert.Equal(
            masks.Select(mask => (double)mask.Area),
            features.RootElement.GetProperty("features").EnumerateArray().Select(AreaOf));

        var drawing = XDocument.Parse(Encoding.UTF8.GetString(await studio.ExportAsync("SVG")));
        Assert.Equal(2, drawing.Descendants().Count(element => element.Name.LocalName == "path"));

        await AssertPicturesAsync(studio, masks);
        studio.AssertNoTroubles();
    }

    /// <summary>A key pressed the moment a dialog has gone is the page's again.</summary>
    [Theory(Timeout = 600_000)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task Export_OpenedAgainTheMomentItHasGone_IsOpen(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.TakeExampleAsync("A cup of coffee");
        await studio.ClickAsync(300, 200);
        await studio.OpenDialogAsync("x");
        await studio.Page.EvaluateAsync("""
            () => new MutationObserver((_, observer) => {
              if (!document.querySelector('dialog[open]')) {
                observer.disconnect();
                document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true }));
                document.body.dataset.pressed = 'x';
              }
            }).observe(document.body, { subtree: true, childList: true, attributes: true })
            """);
        await studio.Page.Keyboard.PressAsync("Escape");
        await studio.Page.WaitForSelectorAsync("body[data-pressed]");
        await Assertions.Expect(studio.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    /// <summary>The PNG files, read by the browser that is here anyway.</summary>
    private static async Task AssertPicturesAsync(StudioPage studio, RunLengths[] masks)
    {
        var union = masks[0].ToBytes();
        foreach (var (pixel, inside) in masks[1].ToBytes().Index())
        {
            union[pixel] |= inside;
        }

        var expected = union.Count(inside => inside != 0);
        var mask = await studio.ExportAsync("Mask PNG");
        var cutout = await studio.ExportAsync("Cut-out PNG");
        Assert.Equal(expected, await CountAsync(studio, mask, "pixels[i] === 255"));
        Assert.Equal(expected, await CountAsync(studio, cutout, "pixels[i + 3] === 255"));
    }

    private static Task<int> CountAsync(StudioPage studio, byte[] png, string condition) =>
        studio.Page.EvaluateAsync<int>($$"""
            async (base64) => {
              const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
              const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
              const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
              context.drawImage(bitmap, 0, 0);
              const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
              let count = 0;
              for (let i = 0; i < pixels.length; i += 4) {
                count += {{condition}} ? 1 : 0;
              }
              return count;
            }
            """, Convert.ToBase64String(png));

    private static string? Counts(JsonElement annotation) =>
        annotation.GetProperty("segmentation").GetProperty("counts").GetString();

    /// <summary>Outer rings less their holes.</summary>
    private static double AreaOf(JsonElement feature) =>
        feature.GetProperty("geometry").GetProperty("coordinates").EnumerateArray().Sum(polygon =>
        {
            var rings = polygon.EnumerateArray().Select(RingArea).ToArray();
            return rings[0] - rings[1..].Sum();
        });

    private static double RingArea(JsonElement ring)
    {
        var points = ring.EnumerateArray().Select(p => (X: p[0].GetDouble(), Y: p[1].GetDouble())).ToArray();
        return Math.Abs(points.Zip(points[1..], (a, b) => (a.X * b.Y) - (b.X * a.Y)).Sum()) / 2;
    }
}
