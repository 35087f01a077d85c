using System.Diagnostics;

namespace Segmentation.Browser.Tests;

/// <summary>Programs of this machine that tests need.</summary>
internal static class Tool
{
    /// <summary>The first of these that is on the path; null without one.</summary>
    public static string? Find(params IEnumerable<string> names) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    /// <summary>Skips the test where one of these is not on the path, or fails it in CI.</summary>
    public static void Require(params IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            SkipIf(Find(name) is null ? $"No {name} on this machine's path." : null);
        }
    }

    /// <summary>Skips the test where something is missing, or fails it where CI says that it must be there.</summary>
    /// <param name="missing">What, in words; null when nothing is missing.</param>
    public static void SkipIf(string? missing)
    {
        if (missing is not null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Skip(missing);
        }
    }

    /// <summary>Runs one to its end, which must be a good one.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            var words = $"{start.FileName} ended with {process.ExitCode}:\n{output}{await error}";
            Assert.True(process.ExitCode == 0, words);
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
