using System.Text.RegularExpressions;
using System.Xml.Linq;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests.SupplyChain;

/// <summary>The tables of docs/licences.md: a row a package, by the heading above them.</summary>
internal static partial class LicenceDocument
{
    /// <summary>Packages that a program of services/ or its build uses.</summary>
    public const string Programs = "NuGet packages of the programs";

    /// <summary>Packages that the studio and the TypeScript client bring to a browser.</summary>
    public const string Studio = "npm packages of the studio and the client";

    /// <summary>Packages of tests, load tests and builds.</summary>
    public const string Tests = "NuGet packages of tests and load tests";

    /// <summary>Packages that build and test the studio.</summary>
    public const string StudioBuild = "npm packages that build and test the studio";

    /// <summary>Microsoft's terms for early packages of .NET, which have no name in SPDX.</summary>
    public const string DotNetLibrary = "LicenseRef-Microsoft-DotNet-Library";

    /// <summary>
    /// Licences of packages that carry a text or an address in place of a name: as the text says, else as the project
    /// does.
    /// </summary>
    private static readonly Dictionary<string, string> _read = new()
    {
        ["CommandLineParser"] = "MIT",
        ["HdrHistogram"] = "CC0-1.0 OR BSD-2-Clause",
        ["KeraLua"] = "MIT",
        ["Microsoft.ML.OnnxRuntime"] = "MIT",
        ["Microsoft.ML.OnnxRuntime.Gpu.Linux"] = "MIT",
        ["Microsoft.ML.OnnxRuntime.Managed"] = "MIT",
        ["Microsoft.NETCore.Platforms"] = DotNetLibrary,
        ["NETStandard.Library"] = DotNetLibrary,
        ["System.Security.Cryptography.ProtectedData"] = "MIT",
        ["diskann-garnet"] = "MIT",
    };

    /// <summary>Folder into which NuGet unpacks packages.</summary>
    public static string Cache { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The document's file.</summary>
    public static string File { get; } = Path.Combine(Repository.Root, "docs", "licences.md");

    /// <summary>The rows as the lock files demand them: package and version, without licences.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<LockedPackage>> Needed()
    {
        var programs = NuGet(file => file.StartsWith("services/", StringComparison.Ordinal));
        var npm = LockFiles.OfNpm.SelectMany(LockFiles.ReadNpm).ToLookup(
            package => package.IsForBuild, package => new LockedPackage(package.Id, package.Version));
        return new Dictionary<string, IReadOnlyList<LockedPackage>>
        {
            [Programs] = programs,
            [Studio] = Ordered(npm[false]),
            [Tests] = [.. NuGet(_ => true).Except(programs)],
            [StudioBuild] = Ordered(npm[true]),
        };
    }

    /// <summary>The rows that the document has.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<LicenceRow>> Read(string text)
    {
        var rows = new Dictionary<string, List<LicenceRow>>();
        List<LicenceRow>? current = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                rows[line[3..]] = current = [];
            }
            else if (Row().Match(line) is { Success: true } row)
            {
                current?.Add(new(new(row.Groups[1].Value, row.Groups[2].Value), row.Groups[3].Value));
            }
        }

        return rows.ToDictionary(one => one.Key, IReadOnlyList<LicenceRow> (one) => one.Value);
    }

    /// <summary>The document with its tables written anew.</summary>
    public static string Write(string text)
    {
        foreach (var (heading, packages) in Needed())
        {
            var rows = packages.Select(package =>
                $"| {package.Id} | {package.Version} | {LicenceOf(package) ?? "unknown: add it to LicenceDocument.cs"} |");
            var table = string.Join('\n', ["| package | version | licence |", "|---|---|---|", .. rows]);
            var section = new Regex($@"(?<=^## {Regex.Escape(heading)}\n)(?s:.*?)(?=^## |\z)", RegexOptions.Multiline);
            text = section.Replace(text, $"\n{table}\n\n", 1);
        }

        return text.TrimEnd('\n') + "\n";
    }

    /// <summary>
    /// A package's licence as SPDX writes it, by the package itself; null where it names none, and where NuGet has not
    /// unpacked it here.
    /// </summary>
    public static string? LicenceOf(LockedPackage package) =>
        _read.GetValueOrDefault(package.Id) ?? LicenceInNuGet(package) ?? LicenceInNpm(package);

    private static string? LicenceInNuGet(LockedPackage package)
    {
        var id = package.Id.ToLowerInvariant();
        var file = Path.Combine(Cache, id, package.Version.ToLowerInvariant(), $"{id}.nuspec");
        return !System.IO.File.Exists(file) ? null : XDocument.Load(file).Descendants()
            .FirstOrDefault(one => one.Name.LocalName == "license" && one.Attribute("type")?.Value == "expression")?.Value;
    }

    private static string? LicenceInNpm(LockedPackage package) => LockFiles.OfNpm.SelectMany(LockFiles.ReadNpm)
        .FirstOrDefault(one => one.Id == package.Id && one.Version == package.Version)?.Licence;

    private static List<LockedPackage> NuGet(Func<string, bool> isMeant) => Ordered(
        LockFiles.OfProjects.Where(file => isMeant(LockFiles.Short(file))).SelectMany(LockFiles.ReadNuGet));

    private static List<LockedPackage> Ordered(IEnumerable<LockedPackage> packages) =>
    [
        .. packages.Distinct()
            .OrderBy(one => one.Id, StringComparer.Ordinal).ThenBy(one => one.Version, StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"^\| (\S+) \| (\d\S*) \| (.+) \|$")]
    private static partial Regex Row();
}

/// <summary>A row of docs/licences.md.</summary>
internal sealed record LicenceRow(LockedPackage Package, string Licence)
{
    public string Id => Package.Id;

    public string Version => Package.Version;
}
