using System.Text.Json;
using Segmentation.Masks;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Tests;

/// <summary><c>segctl everything</c> as a user runs it, on photographs, with few points.</summary>
public sealed class EverythingTests : IDisposable
{
    private static readonly string[] _fewPoints = ["--points-per-side", "4"];
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Everything_ImageOfOnePixel_IsOneAnnotation()
    {
        var result = await Segctl.RunAsync(
            "everything", Segctl.Image("f9_1x1.png"), "--points-per-side", "8", "--output", _folder.File("one"));

        Assert.Equal(0, result.ExitCode);
        using var json = Json("one/f9_1x1.json");
        Assert.Single(json.RootElement.GetProperty("annotations").EnumerateArray());
    }

    [Fact]
    public async Task Everything_Photograph_WritesWhatSa1bHas()
    {
        var result = await RunAsync(Segctl.Image("coins.png"));

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        // Not a terminal, so no bar: one line in the end.
        Assert.Matches(@"^1 image with \d+ masks in [\d.]+ s\n$", result.Error);
        using var json = Json("out/coins.json");
        var image = json.RootElement.GetProperty("image");
        Assert.Equal(["image_id", "width", "height", "file_name"], Names(image));
        Assert.Equal((384, 303, "coins.png"), (Int(image, "width"), Int(image, "height"), Text(image, "file_name")));
        var masks = json.RootElement.GetProperty("annotations").EnumerateArray().ToList();
        Assert.NotEmpty(masks);
        Assert.All(masks, mask =>
        {
            Assert.Equal(
                [
                    "area", "bbox", "crop_box", "id", "point_coords", "predicted_iou", "segmentation",
                    "stability_score",
                ],
                Names(mask).Order(StringComparer.Ordinal));
            var runs = Runs(mask);
            var box = runs.Box;
            Assert.Equal((303, 384), (runs.Height, runs.Width));
            Assert.Equal(runs.Area, mask.GetProperty("area").GetInt64());
            Assert.Equal([box.X, box.Y, box.Width - 1, box.Height - 1], Numbers(mask, "bbox"));
            Assert.Equal([0, 0, 384, 303], Numbers(mask, "crop_box"));
            Assert.True(mask.GetProperty("predicted_iou").GetDouble() > 0.88);
            Assert.InRange(mask.GetProperty("stability_score").GetDouble(), 0.95, 1);
            var point = mask.GetProperty("point_coords")[0];
            Assert.Equal(0, (point[0].GetDouble() / 384 * 8 - 1) % 2);
        });
        Assert.Equal(masks.Count, masks.Select(m => m.GetProperty("id").GetInt64()).Distinct().Count());
    }

    [Fact]
    public async Task Everything_FolderAgain_DoesOnlyWhatIsNotDone()
    {
        Copy("coffee.png", "coins.png");
        var first = await RunAsync(_folder.File("in"));
        var kept = File.GetLastWriteTimeUtc(_folder.File("out/coffee.json"));
        var coins = await File.ReadAllTextAsync(_folder.File("out/coins.json"), TestContext.Current.CancellationToken);
        File.Delete(_folder.File("out/coins.json"));

        var second = await RunAsync(_folder.File("in"));
        var third = await RunAsync(_folder.File("in"));

        Assert.Equal((0, 0, 0), (first.ExitCode, second.ExitCode, third.ExitCode));
        Assert.StartsWith("2 images with ", first.Error, StringComparison.Ordinal);
        Assert.Matches(@"^1 image with \d+ masks in [\d.]+ s, 1 done before\n$", second.Error);
        Assert.Matches(@"^0 images with 0 masks in [\d.]+ s, 2 done before\n$", third.Error);
        Assert.Equal(kept, File.GetLastWriteTimeUtc(_folder.File("out/coffee.json")));
        Assert.Equal(
            coins, await File.ReadAllTextAsync(_folder.File("out/coins.json"), TestContext.Current.CancellationToken));
        Assert.Equal(
            [".segctl-everything", "coffee.json", "coins.json"],
            Directory.GetFiles(_folder.File("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Everything_OtherOptions_RefusesToMix()
    {
        var image = Segctl.Image("coins.png");
        await RunAsync(image);

        var other = await RunAsync(image, "--box-nms-thresh", "0.5");
        var again = await RunAsync(image, "--box-nms-thresh", "0.5", "--overwrite");

        Assert.Equal((1, 0), (other.ExitCode, again.ExitCode));
        Assert.Contains("box_nms_thresh 0.7 there, box_nms_thresh 0.5 now", other.Error, StringComparison.Ordinal);
        Assert.StartsWith("1 image with ", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_DamagedFileInFolder_DoesTheOthersAndNamesIt()
    {
        Copy("coins.png");
        foreach (var file in new[] { "in/broken.jpg", "in/notes.txt" })
        {
            await File.WriteAllTextAsync(
                _folder.File(file), "no photograph", TestContext.Current.CancellationToken);
        }

        var result = await RunAsync(_folder.File("in"), "--format", "coco");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("broken.jpg: The file is text", result.Error, StringComparison.Ordinal);
        Assert.StartsWith(
            "segctl: Left out, since these are no pictures that can be searched: notes.txt (text).\n",
            result.Error,
            StringComparison.Ordinal);
        Assert.EndsWith(", 1 failed\n", result.Error, StringComparison.Ordinal);
        using var json = Json("out/annotations.json");
        var images = json.RootElement.GetProperty("images").EnumerateArray();
        Assert.Equal(["coins.png"], images.Select(i => Text(i, "file_name")));
    }

    [Fact]
    public async Task Everything_Coco_IsOneFileWithFullBoxes()
    {
        Copy("coffee.png", "coins.png");

        var result = await RunAsync(_folder.File("in"), "--format", "coco", "--profile", "fast");

        Assert.Equal(0, result.ExitCode);
        using var json = Json("out/annotations.json");
        Assert.Equal(["info", "licenses", "images", "annotations", "categories"], Names(json.RootElement));
        var images = json.RootElement.GetProperty("images").EnumerateArray().ToList();
        Assert.Equal(
            [(1, "coffee.png", 600, 400), (2, "coins.png", 384, 303)],
            images.Select(i => (Int(i, "id"), Text(i, "file_name"), Int(i, "width"), Int(i, "height"))));
        var masks = json.RootElement.GetProperty("annotations").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, masks.Count), masks.Select(m => Int(m, "id")));
        Assert.Equal([1, 2], masks.Select(m => Int(m, "image_id")).Distinct());
        var category = Assert.Single(json.RootElement.GetProperty("categories").EnumerateArray());
        Assert.All(masks, mask =>
        {
            var runs = Runs(mask);
            Assert.Equal([runs.Box.X, runs.Box.Y, runs.Box.Width, runs.Box.Height], Numbers(mask, "bbox"));
            Assert.Equal(runs.Area, mask.GetProperty("area").GetInt64());
            Assert.Equal(Int(category, "id"), Int(mask, "category_id"));
            Assert.Equal(0, Int(mask, "iscrowd"));
        });
    }

    [Fact]
    public async Task Everything_Png_ShowsTheMasks()
    {
        var result = await RunAsync(Segctl.Image("coins.png"), "--format", "png");

        Assert.Equal(0, result.ExitCode);
        var (before, after) = (Read(Segctl.Image("coins.png")), Read(_folder.File("out/coins.png")));
        Assert.Equal((before.Width, before.Height), (after.Width, after.Height));
        Assert.InRange(before.Pixels.Zip(after.Pixels).Count(p => p.First != p.Second), 1000, before.Pixels.Length);
    }

    [Fact]
    public async Task Everything_PointGrids_AsksThosePoints()
    {
        await File.WriteAllTextAsync(
            _folder.File("grids.json"), "[[[0.465, 0.865]]]", TestContext.Current.CancellationToken);

        var result = await Segctl.RunAsync(
            "everything", Segctl.Image("coins.png"), "-o", _folder.File("out"), "--point-grids",
            _folder.File("grids.json"));

        Assert.Equal(0, result.ExitCode);
        using var json = Json("out/coins.json");
        Assert.All(
            json.RootElement.GetProperty("annotations").EnumerateArray(),
            mask => Assert.Equal(0.465 * 384, mask.GetProperty("point_coords")[0][0].GetDouble()));
    }

    public void Dispose() => _folder.Dispose();

    private Task<SegctlResult> RunAsync(string input, params string[] arguments) =>
        Segctl.RunAsync(["everything", input, "--output", _folder.File("out"), .. _fewPoints, .. arguments]);

    private void Copy(params string[] images)
    {
        Directory.CreateDirectory(_folder.File("in"));
        foreach (var image in images)
        {
            File.Copy(Segctl.Image(image), _folder.File($"in/{image}"));
        }
    }

    private JsonDocument Json(string file) => JsonDocument.Parse(File.ReadAllBytes(_folder.File(file)));

    private static RgbImage Read(string file) =>
        ImageReader.ReadFull(File.ReadAllBytes(file), ImageLimits.Default, TestContext.Current.CancellationToken);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name);

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static IEnumerable<int> Numbers(JsonElement element, string name) =>
        element.GetProperty(name).EnumerateArray().Select(n => n.GetInt32());

    private static RunLengths Runs(JsonElement mask)
    {
        var segmentation = mask.GetProperty("segmentation");
        var size = Numbers(segmentation, "size").ToArray();
        return RunLengths.FromCocoString(size[0], size[1], Text(segmentation, "counts"));
    }
}
