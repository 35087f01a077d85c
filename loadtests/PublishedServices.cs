using System.Diagnostics;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests;

/// <summary>
/// The services as the images hold them, compiled ahead of time: a process that starts as the build made it compiles
/// itself for seconds, on the cores of those that are measured.
/// </summary>
internal static class PublishedServices
{
    private static readonly string[] _names = ["Gateway", "Decoder", "Encoder", "Standalone"];

    /// <summary>Publishes them where they changed; what is started from now on is what was published.</summary>
    /// <exception cref="InvalidOperationException">A service could not be published; the compiler says why.</exception>
    public static async Task UseAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "services");
        foreach (var name in _names)
        {
            await Console.Error.WriteLineAsync($"Publishing {name} ...");
            using var process = Process.Start(new ProcessStartInfo("dotnet",
            [
                "publish", Path.Combine(Repository.Root, "services", name), "-c", "Release", "-p:ContainerImage=true",
                "--artifacts-path", Path.Combine(folder, "build"), "-o", Path.Combine(folder, name),
                "--nologo", "-v", "quiet",
            ])
            {
                // The report is what this program prints.
                RedirectStandardOutput = true,
            }) ?? throw new InvalidOperationException("dotnet did not start.");
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{name} could not be published.\n{output}");
            }
        }

        Repository.Published = folder;
    }
}
