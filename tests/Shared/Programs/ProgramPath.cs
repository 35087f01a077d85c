using System.Diagnostics;

namespace Segmentation.Tests.Shared;

/// <summary>
/// The folders in which this machine's programs are found, and the programs that are looked for there.
/// </summary>
internal static class ProgramPath
{
    private const string System = "Use a Linux system with util-linux and a shell.";

    private static readonly Dictionary<string, string> _remedies = new()
    {
        ["dotnet"] = "Install the .NET 10 SDK, and add its folder to PATH.",
        ["node"] = "Install Node 20.19 or later, and add its folder to PATH.",
        ["npm"] = "Install Node 20.19 or later with npm, and add its folder to PATH.",
        ["redis-server"] = "Install Redis 7 (Debian: apt-get install redis-server), or use Garnet, which needs nothing.",
        ["setsid"] = System,
        ["sh"] = System,
    };

    /// <summary>Makes sure that programs are there.</summary>
    /// <param name="programs">Names, or paths, which are taken for what they are.</param>
    /// <exception cref="MissingProgramException">One is on no folder of the path.</exception>
    public static void Require(params IEnumerable<string> programs)
    {
        foreach (var program in programs)
        {
            if (Find(program) is null)
            {
                throw new MissingProgramException(
                    program, _remedies.GetValueOrDefault(program, "Install it, and add its folder to PATH."));
            }
        }
    }

    /// <summary>Starts a program that is looked for on the path.</summary>
    /// <exception cref="MissingProgramException">It is on no folder of the path.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        Require(start.FileName);
        return Process.Start(start) ?? throw new ProgramException($"{start.FileName} did not start.");
    }

    /// <summary>A program's file; null where no folder of the path has one.</summary>
    /// <param name="program">Its name, or a path, which is taken for what it is.</param>
    public static string? Find(string program) => program.Contains(Path.DirectorySeparatorChar)
        ? program
        : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => NamesOf(program).Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    private static IEnumerable<string> NamesOf(string program) =>
        OperatingSystem.IsWindows() ? [$"{program}.exe", $"{program}.cmd"] : [program];
}
