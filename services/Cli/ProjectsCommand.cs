using System.CommandLine;
using System.Globalization;
using Segmentation.Cli.Projects;
using Segmentation.Cli.Segmenting;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli;

/// <summary><c>segctl projects</c>: pictures and annotations of a server's projects, in and out.</summary>
internal static class ProjectsCommand
{
    private const string Description = """
        Creates projects on a server, brings pictures and annotations in, lets models annotate, and takes datasets out.
        A command that was cut off goes on where it was when it is run again.

        Examples:
          segctl projects create Street --labels car,person --server http://localhost:7080
          segctl projects push Street photos/ --server http://localhost:7080
          segctl projects run Street --stage automatic --wait --server http://localhost:7080
          segctl projects pull Street --format coco --output street.zip --server http://localhost:7080
        """;

    public static Command Create() => new("projects", Description)
    {
        CreateCreate(),
        CreateList(),
        CreateStatus(),
        CreatePush(),
        CreateRun(),
        CreatePull(),
        CreateBackup(),
        CreateRestore(),
        CreateDelete(),
    };

    private static Command CreateCreate()
    {
        var name = new Argument<string>("name") { Description = "Name of the project, unique among those of the tenant." };
        var labels = Names("--labels", "Names of its labels, separated by commas.");
        var command = new Command("create", "Makes a project and writes its id.") { name, labels };
        return OnServer(command, (server, parsed, cancellationToken) => ProjectLister.CreateAsync(
            server, parsed.GetRequiredValue(name), parsed.GetValue(labels) ?? [], cancellationToken));
    }

    private static Command CreateList()
    {
        var json = Json();
        var command = new Command("list", "Lists the projects that the caller may see.") { json };
        return OnServer(command, (server, parsed, cancellationToken) =>
            ProjectLister.ListAsync(server, parsed.GetValue(json), cancellationToken));
    }

    private static Command CreateStatus()
    {
        var (name, json) = (Project(), Json());
        var command = new Command("status", "Shows a project's figures, its last runs and its last transfers.")
        {
            name, json,
        };
        return OnServer(command, (server, parsed, cancellationToken) => ProjectStatus.ShowAsync(
            server, parsed.GetRequiredValue(name), parsed.GetValue(json), cancellationToken));
    }

    private static Command CreatePush()
    {
        const int MaxParallel = 32;
        var name = Project();
        var path = new Argument<FileSystemInfo>("path")
        {
            Description = "A folder with pictures, or with a dataset; a picture; an archive (zip, tar, tar.gz); or one file of "
                + "annotations.",
        };
        path.AcceptExistingOnly();
        var format = new Option<string?>("--format")
        {
            Description = "Format of annotations, or 'pictures' to leave annotations out. Without it: found out.",
            HelpName = "name",
        };
        var proposals = new Option<bool>("--as-proposals") { Description = "Takes masks as proposals, which people accept." };
        var parallel = new Option<int>("--parallel")
        {
            Description = "Pictures that are sent at a time. Default: 4.",
            HelpName = "number",
            DefaultValueFactory = _ => 4,
        };
        parallel.Validators.Add(result =>
        {
            // What is no number is refused by the parser.
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, CultureInfo.InvariantCulture, out var number)
                && number is < 1 or > MaxParallel)
            {
                result.AddError($"--parallel must be 1 to {MaxParallel}.");
            }
        });
        var command = new Command(
            "push", "Sends pictures and annotations. What the project has already is not sent again.")
        {
            name, path, format, proposals, parallel,
        };
        FormatNames.CheckReadable(format);
        return OnServer(command, (server, parsed, cancellationToken) => new ProjectPusher(
            server,
            new(
                parsed.GetRequiredValue(name),
                parsed.GetRequiredValue(path),
                parsed.GetValue(format),
                parsed.GetValue(proposals),
                parsed.GetValue(parallel))).RunAsync(cancellationToken));
    }

    private static Command CreateRun()
    {
        var name = Project();
        var stage = new Option<RunStage>("--stage")
        {
            Description = "semi-automatic: confident masks as proposals, which people accept. automatic: masks as annotations.",
            HelpName = "semi-automatic|automatic",
            Required = true,
            CustomParser = ProjectRunner.ParseStage,
        };
        var preset = new Option<string?>("--preset")
        {
            Description = "Options of the search. Default: 'confident' for semi-automatic, 'sa1b' for automatic.",
            HelpName = "name",
        };
        var label = new Option<string?>("--label") { Description = "Label of the masks. Without it: none.", HelpName = "name" };
        var wait = new Option<bool>("--wait") { Description = "Waits until the run ends, and shows its progress." };
        var command = new Command("run", "Lets a model annotate all pictures, in the background.")
        {
            name, stage, preset, label, wait,
        };
        return OnServer(command, (server, parsed, cancellationToken) => ProjectRunner.RunAsync(
            server,
            new(
                parsed.GetRequiredValue(name),
                parsed.GetValue(stage),
                parsed.GetValue(preset),
                parsed.GetValue(label),
                parsed.GetValue(wait)),
            cancellationToken));
    }

    private static Command CreatePull()
    {
        var (name, output) = (Project(), Output());
        var format = new Option<string>("--format")
        {
            Description = $"Format: {FormatNames.WrittenText}.", HelpName = "name", Required = true,
        };
        FormatNames.CheckWritten(format);
        var pictures = new Option<bool>("--pictures") { Description = "Puts the pictures into the archive." };
        var proposals = new Option<bool>("--proposals") { Description = "Takes proposals, too." };
        var labels = Names("--labels", "Only annotations with these labels, separated by commas.");
        var command = new Command("pull", "Exports the project and downloads the archive.")
        {
            name, format, output, pictures, proposals, labels,
        };
        return OnServer(command, (server, parsed, cancellationToken) => ProjectPuller.ExportAsync(
            server,
            new(
                parsed.GetRequiredValue(name),
                parsed.GetRequiredValue(format),
                parsed.GetRequiredValue(output).FullName,
                parsed.GetValue(pictures),
                parsed.GetValue(proposals),
                parsed.GetValue(labels) ?? []),
            cancellationToken));
    }

    private static Command CreateBackup()
    {
        var (name, output) = (Project(), Output());
        var pictures = new Option<bool>("--pictures") { Description = "Puts the pictures into the archive." };
        var command = new Command(
            "backup", "Writes one archive with everything: annotations, their history, reviews. 'restore' reads it.")
        {
            name, output, pictures,
        };
        return OnServer(command, (server, parsed, cancellationToken) => ProjectPuller.BackUpAsync(
            server,
            parsed.GetRequiredValue(name),
            parsed.GetRequiredValue(output).FullName,
            parsed.GetValue(pictures),
            cancellationToken));
    }

    private static Command CreateRestore()
    {
        var path = new Argument<FileInfo>("path") { Description = "Archive that 'backup' wrote." };
        path.AcceptExistingOnly();
        var name = new Option<string?>("--name")
        {
            Description = "Name of the new project. Without it: that of the backup.", HelpName = "name",
        };
        var command = new Command("restore", "Makes a new project of a backup, and writes its id.") { path, name };
        return OnServer(command, (server, parsed, cancellationToken) => ProjectRestorer.RunAsync(
            server, parsed.GetRequiredValue(path).FullName, parsed.GetValue(name), cancellationToken));
    }

    private static Command CreateDelete()
    {
        var name = Project();
        var command = new Command("delete", "Deletes a project. It can be restored for 30 days.") { name };
        return OnServer(command, (server, parsed, cancellationToken) =>
            ProjectLister.DeleteAsync(server, parsed.GetRequiredValue(name), cancellationToken));
    }

    private static Command OnServer(
        Command command, Func<ProjectServer, ParseResult, CancellationToken, Task<int>> run)
    {
        var server = new ServerOptions("The server's gRPC port.", "http://host:port", isRequired: true);
        server.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ProjectServer.RunAsync(
            server.Read(parsed)!, opened => run(opened, parsed, cancellationToken), cancellationToken));
        return command;
    }

    private static Argument<string> Project() => new("name") { Description = "Name or id of the project." };

    private static Option<bool> Json() => new("--json") { Description = "Writes JSON instead of a table." };

    private static Option<FileInfo> Output() => new("--output")
    {
        Description = "File to write. Until all is there, the bytes lie in a file with .part behind its name.",
        HelpName = "file.zip",
        Required = true,
    };

    private static Option<string[]> Names(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "a,b",
        CustomParser = result =>
        [
            .. result.Tokens.SelectMany(token => token.Value.Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
        ],
    };
}
