using System.Diagnostics;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Systems;

/// <summary>
/// The services as the images hold them, compiled ahead of time: a process that starts as the build made it compiles
/// itself for seconds, on the cores of those that are measured.
/// </summary>
internal static class PublishedServices
{
    /// <summary>Publishes them where they changed; what is started from now on is what was published.</summary>
    /// <exception cref="MissingProgramException">There is no dotnet on the path.</exception>
    /// <exception cref="ProgramException">A service could not be published; the compiler says why.</exception>
    public static async Task UseAsync(CancellationToken cancellationToken)
    {
        ProgramPath.Require("dotnet");
        var folder = Path.Combine(Repository.Root, "artifacts", "services");
        await Console.Error.WriteLineAsync("Publishing the services ...");
        using var process = ProgramPath.Start(new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(Repository.Root, "loadtests", "Services.slnf"), "-c", "Release",
            // What analyzers say has been said by the build.
            "-p:ContainerImage=true", "-p:RunAnalyzers=false", "--artifacts-path", folder, "--nologo", "-v", "quiet",
        ])
        {
            // The report is what this program prints.
            RedirectStandardOutput = true,
        });
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new ProgramException($"The services could not be published.\n{output}");
        }

        Repository.Published = Path.Combine(folder, "publish");
    }
}
