using System.CommandLine;
using Segmentation.Cli.Segmenting;
using Segmentation.Cli.Usages;

namespace Segmentation.Cli;

/// <summary><c>segctl usage</c>: what the caller's tenant has used of its quotas on a server.</summary>
internal static class UsageCommand
{
    private const string Description = """
        Shows the quotas of the caller's tenant on a server: units of work, live sessions, searches for everything and
        bytes in flight, each with what is used now and what is allowed.

        Example:
          segctl usage --server http://localhost:7080
        """;

    public static Command Create()
    {
        var server = new Option<Uri>("--server")
        {
            Description = "The server's gRPC port.",
            HelpName = "http://host:port",
            Required = true,
            CustomParser = ServerAddress.Parse,
        };
        var json = new Option<bool>("--json") { Description = "Writes the server's answer as JSON instead of a table." };
        var command = new Command("usage", Description) { server, json };
        command.SetAction((parsed, cancellationToken) => UsageReader.RunAsync(
            parsed.GetRequiredValue(server), parsed.GetValue(json), cancellationToken));
        return command;
    }
}
