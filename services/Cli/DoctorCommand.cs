using System.CommandLine;
using Segmentation.Cli.Catalogue;
using Segmentation.Cli.Diagnosis;
using Segmentation.Cli.Segmenting;

namespace Segmentation.Cli;

/// <summary><c>segctl doctor</c>: a report of this machine, and of a server, for a person who looks for a fault.</summary>
internal static class DoctorCommand
{
    private const string Description = """
        Looks for what may be wrong on this machine, and with a server: versions, processor, execution providers, models and
        their digests, ports, the data folder; the server's clock, readiness, credential and models; the store.

        Examples:
          segctl doctor
          segctl doctor --server http://localhost:7080
          segctl doctor --server https://host --api-key-file key.txt --json
          segctl doctor --redis redis:6379 --redis-password-file password.txt

        Each line is ok, warning or failed; an arrow says what to do. The report holds no credential and no password, so that
        it can be pasted into a bug report. The exit code is 1 where something failed.
        """;

    public static Command Create()
    {
        var server = new ServerOptions("Looks at this server, too: its gRPC port.", "http://host:port");
        var operators = new Option<Uri?>("--operators")
        {
            Description = "The server's operators' port, which says why it is not ready. On this machine it is found.",
            HelpName = "http://host:port",
            CustomParser = ServerAddress.Parse,
        };
        var root = ModelRoot.Option();
        var redis = new Option<string?>("--redis")
        {
            Description = "Looks at this store of embeddings, too: its connection string, as servers take it for "
                + "Segmentation:Redis:Cache.",
            HelpName = "host:port",
        };
        var password = FileOption("--redis-password-file", "File with the store's password.");
        var authorities = FileOption("--redis-ca", "PEM file with the authority that signed the store's certificate.");
        var data = new Option<DirectoryInfo?>("--data")
        {
            Description = "Folder of projects, which servers read as Segmentation:Projects:DataFolder. Default: data.",
            HelpName = "folder",
        };
        var json = new Option<bool>("--json") { Description = "Writes JSON instead of lines." };
        var command = new Command("doctor", Description) { root, data, redis, password, authorities, operators, json };
        server.AddTo(command);
        command.SetAction((parsed, cancellationToken) => DoctorRunner.RunAsync(
            new(
                server.Read(parsed),
                parsed.GetValue(operators),
                parsed.GetValue(root),
                parsed.GetValue(redis),
                new()
                {
                    PasswordFile = parsed.GetValue(password)?.FullName ?? "",
                    AuthoritiesFile = parsed.GetValue(authorities)?.FullName ?? "",
                },
                parsed.GetValue(data)?.FullName,
                parsed.GetValue(json)),
            TimeProvider.System,
            cancellationToken));
        return command;
    }

    private static Option<FileInfo?> FileOption(string name, string description)
    {
        var option = new Option<FileInfo?>(name) { Description = description, HelpName = "file" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && !File.Exists(path))
            {
                result.AddError($"{name}: there is no file '{path}'.");
            }
        });
        return option;
    }
}
