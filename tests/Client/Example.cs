using Google.Rpc;
using Grpc.Core;
using Segmentation.Client.Projects;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Client.Tests;

/// <summary>The program of services/Client/README.md: its blocks one behind the other.</summary>
internal static class Example
{
    public static async Task RunAsync(Uri server, string path)
    {
        var key = Environment.GetEnvironmentVariable("SEGMENTATION_API_KEY");

        using var client = new SegmentationClient(server, new() { ApiKey = key });

        var file = await File.ReadAllBytesAsync(path);
        var image = await client.UploadAsync(file);
        Console.WriteLine($"{image.Id}, {image.Width} x {image.Height} pixels");

        var click = new Prompt { Points = { new Point { X = 300, Y = 200 } } };
        var response = await client.SegmentAsync(image.Id, [click]);
        foreach (var mask in response.Results[0].Masks)
        {
            Console.WriteLine($"{mask.Area} pixels, predicted IoU {mask.PredictedIou:F2}");
        }

        await foreach (var found in client.SegmentEverythingAsync(file, new EverythingOptions { PointsPerSide = 8 }))
        {
            if (found.Mask is { } mask)
            {
                Console.WriteLine($"mask {mask.Index}: {mask.Mask.Area} pixels");
            }
        }

        await using var session = await client.OpenSessionAsync(file);
        await session.PromptAsync(click);
        click.Points.Add(new Point { X = 250, Y = 150, Label = PointLabel.Background });
        var refined = await session.PromptAsync(click, refine: true);
        Console.WriteLine($"{refined!.Result.Masks[0].Area} pixels after refinement");

        foreach (var model in await client.ListModelsAsync())
        {
            Console.WriteLine($"{model.Id} ({model.Licence}){(model.IsDefault ? ", the default" : "")}");
        }

        var chosen = client.ForModel((await client.ListModelsAsync())[0].Id);
        var again = await chosen.UploadAsync(file);
        Console.WriteLine($"uploaded for {again.Model}");

        using var projects = new ProjectsClient(server, new() { ApiKey = key });
        var project = await projects.CreateAsync("Coffee", ["cup", "spoon"]);
        var picture = await projects.Pictures.AddAsync(project.Id, "coffee.png", path);

        var best = response.Results[0].Masks[0];
        var cup = new Annotation { Id = Guid.CreateVersion7().ToString(), Label = 1, Mask = best.Rle };
        var answer = await projects.Annotations.ApplyAsync(project.Id, picture.Id, [new Operation { Create = cup }]);
        Console.WriteLine($"the annotation is stored: {answer.Outcomes[0].Result}");

        var export = await projects.Transfers.StartExportAsync(new() { Project = project.Id, Format = "coco" });
        await foreach (var now in projects.Transfers.WatchAsync(project.Id, export.Id))
        {
            Console.WriteLine($"{now.DoneCount} of {now.ItemCount} pictures");
        }

        await projects.Transfers.DownloadAsync(project.Id, export.Id, Path.ChangeExtension(path, ".zip"));

        try
        {
            await client.SegmentAsync(image.Id, [new Prompt { Points = { new Point { X = 9999, Y = 200 } } }]);
        }
        catch (RpcException error) when (error.GetRpcStatus()?.GetDetail<BadRequest>() is { } wrong)
        {
            Console.WriteLine($"{error.StatusCode}: {wrong.FieldViolations[0].Field} is wrong");
        }
    }
}
