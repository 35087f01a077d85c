using Segmentation.Client.Projects;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Client.Tests.Projects;

/// <summary>The example of projects in services/Client/README.md.</summary>
internal static class ProjectsExample
{
    public static async Task RunAsync(Uri server, string path, Mask best)
    {
        using var projects = new ProjectsClient(server);
        var project = await projects.CreateAsync("Coffee", ["cup", "spoon"]);
        var picture = await projects.Pictures.AddAsync(project.Id, "coffee.png", path);

        var cup = new Annotation { Id = Guid.CreateVersion7().ToString(), Label = 1, Mask = best.Rle };
        var answer = await projects.Annotations.ApplyAsync(project.Id, picture.Id, [new Operation { Create = cup }]);
        Console.WriteLine(answer.Outcomes[0].Result);

        var export = await projects.Transfers.StartExportAsync(new() { Project = project.Id, Format = "coco" });
        await foreach (var now in projects.Transfers.WatchAsync(project.Id, export.Id))
        {
            Console.WriteLine($"{now.DoneCount} of {now.ItemCount} pictures");
        }

        await projects.Transfers.DownloadAsync(project.Id, export.Id, Path.ChangeExtension(path, ".zip"));
    }
}
