using Segmentation.Cli.Commands;

namespace Segmentation.Cli.Diagnosis;

/// <summary>Runs <c>segctl doctor</c>.</summary>
internal static class DoctorRunner
{
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _server = TimeSpan.FromSeconds(20);

    /// <summary>Models of several gigabytes are read whole.</summary>
    private static readonly TimeSpan _models = TimeSpan.FromMinutes(2);

    /// <summary>Runs all checks and writes the report to standard output.</summary>
    /// <param name="arguments">What to look at.</param>
    /// <param name="clock">This machine's clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>0 where nothing failed, otherwise 1.</returns>
    public static async Task<int> RunAsync(
        DoctorArguments arguments, TimeProvider clock, CancellationToken cancellationToken)
    {
        var store = arguments.Store is { } connection ? new StoreCheck(connection, arguments.StoreAccess) : null;
        var secrets = new Secrets(
        [
            arguments.Server?.Credential(),
            .. Secrets.Of(arguments.Server?.Address),
            .. Secrets.Of(arguments.Operators),
            .. store?.Secrets() ?? [],
        ]);
        List<Check> checks =
        [
            Check.Of("versions", _short, _ => MachineChecks.Versions()),
            Check.Of("processor", _short, _ => MachineChecks.Processor()),
            Check.Of("providers", _short, _ => MachineChecks.Providers()),
            Check.Of("models", _models, token => ModelChecks.Run(arguments.Root, token)),
            new("ports", _short, token => PortChecks.RunAsync(PortChecks.Defaults, token)),
            Check.Of("data folder", _short, _ => DataFolderCheck.Run(arguments.DataFolder)),
        ];
        if (arguments.Server is { } server)
        {
            var asked = new ServerChecks(server, arguments.Operators, arguments.Root, clock);
            checks.Add(new("server", _server, asked.RunAsync));
        }

        if (store is not null)
        {
            checks.Add(new("store", _short, store.RunAsync));
        }

        var findings = await Doctor.RunAsync(checks, clock, cancellationToken).ConfigureAwait(false);
        var report = new DoctorReport(MachineChecks.Version, clock.GetUtcNow(), [.. findings.Select(secrets.Hide)]);
        await Console.Out.WriteLineAsync(arguments.AsJson ? report.ToJson() : report.ToText()).ConfigureAwait(false);
        return report.IsWell ? CommandRunner.Success : CommandRunner.Failure;
    }
}
