using System.Text.Json;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests.SupplyChain;

/// <summary>The lock files of NuGet and npm that the repository holds.</summary>
internal static class LockFiles
{
    public const string Name = "packages.lock.json";

    public const string NameForGpus = "packages.gpu.lock.json";

    private static readonly string[] _ignored = ["node_modules", "bin", "obj", "dist", "artifacts"];

    /// <summary>Every project file.</summary>
    public static IReadOnlyList<string> Projects { get; } = [.. Find("*.csproj")];

    /// <summary>Every lock file of a project.</summary>
    public static IReadOnlyList<string> OfProjects { get; } = [.. Find("packages*.lock.json")];

    /// <summary>Every lock file of npm.</summary>
    public static IReadOnlyList<string> OfNpm { get; } = [.. Find("package-lock.json")];

    /// <summary>A file's name from the repository's root on.</summary>
    public static string Short(string file) => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');

    /// <summary>The packages of a project's lock file; other projects are left out.</summary>
    public static IEnumerable<LockedPackage> ReadNuGet(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (var platform in document.RootElement.GetProperty("dependencies").EnumerateObject())
        {
            foreach (var package in platform.Value.EnumerateObject())
            {
                if (package.Value.TryGetProperty("resolved", out var version))
                {
                    yield return new(package.Name, version.GetString()!);
                }
            }
        }
    }

    /// <summary>The packages of a lock file of npm, but those that are the repository's own.</summary>
    public static IEnumerable<LockedNpmPackage> ReadNpm(string file)
    {
        const string Folder = "node_modules/";
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (var (path, package) in document.RootElement.GetProperty("packages").EnumerateObject()
            .Select(entry => (entry.Name, entry.Value)))
        {
            if (path.LastIndexOf(Folder, StringComparison.Ordinal) is >= 0 and var at
                && !package.TryGetProperty("link", out _))
            {
                yield return new(
                    path[(at + Folder.Length)..],
                    package.GetProperty("version").GetString()!,
                    Text("license")?.Trim('(', ')'),
                    Text("integrity"),
                    Text("resolved"),
                    package.TryGetProperty("dev", out _));
            }

            string? Text(string name) => package.TryGetProperty(name, out var value) ? value.GetString() : null;
        }
    }

    private static IEnumerable<string> Find(string pattern) => Below(new(Repository.Root), pattern)
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Below(DirectoryInfo folder, string pattern) => folder.EnumerateFiles(pattern)
        .Select(file => file.FullName)
        .Concat(folder.EnumerateDirectories()
            .Where(inner => !_ignored.Contains(inner.Name) && inner.Name is ".ci" or not ['.', ..])
            .SelectMany(inner => Below(inner, pattern)));
}

/// <summary>A package as a lock file names it.</summary>
internal sealed record LockedPackage(string Id, string Version);

/// <summary>A package as a lock file of npm names it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Licence">Its licence as SPDX writes it; null where the package names none.</param>
/// <param name="Hash">The hash of its archive.</param>
/// <param name="Address">Where it is fetched; null for the registry that npm is set up with.</param>
/// <param name="IsForBuild">Whether only building and testing need it.</param>
internal sealed record LockedNpmPackage(
    string Id, string Version, string? Licence, string? Hash, string? Address, bool IsForBuild);
