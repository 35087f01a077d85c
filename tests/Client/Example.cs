using Segmentation.Protocol.V1;

namespace Segmentation.Client.Tests;

/// <summary>The example of services/Client/README.md.</summary>
internal static class Example
{
    public static async Task RunAsync(Uri server, string path)
    {
        using var client = new SegmentationClient(server);
        var file = await File.ReadAllBytesAsync(path);

        // One click is ambiguous: three masks, best first.
        var image = await client.UploadAsync(file);
        var click = new Prompt { Points = { new Point { X = 300, Y = 200 } } };
        var response = await client.SegmentAsync(image.Id, [click]);
        var best = response.Results[0].Masks[0];
        Console.WriteLine($"{best.Area} pixels, predicted IoU {best.PredictedIou}");

        // A live session refines it click by click: all points so far, and the mask of the answer before.
        await using var session = await client.OpenSessionAsync(file);
        await session.PromptAsync(click);
        click.Points.Add(new Point { X = 250, Y = 150, Label = PointLabel.Background });
        var refined = await session.PromptAsync(click, refine: true);
        Console.WriteLine($"{refined!.Result.Masks[0].Area} pixels after refinement");

        // Everything in the picture, as it is found.
        await foreach (var found in client.SegmentEverythingAsync(file, new EverythingOptions { PointsPerSide = 8 }))
        {
            if (found.Mask is { } mask)
            {
                Console.WriteLine($"mask {mask.Index}: {mask.Mask.Area} pixels");
            }
        }
    }
}
