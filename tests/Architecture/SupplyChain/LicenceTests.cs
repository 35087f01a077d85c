namespace Segmentation.Architecture.Tests.SupplyChain;

/// <summary>
/// docs/licences.md against the lock files. With SEGMENTATION_LICENCES=write in the environment its tables are written
/// anew.
/// </summary>
public sealed class LicenceTests
{
    /// <summary>Licences that a dependency may have.</summary>
    private static readonly HashSet<string> _permitted =
        ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "PostgreSQL", "Unlicense"];

    /// <summary>Further licences that a package may have by its name's beginning, and why that is no harm.</summary>
    private static readonly (string Package, string Licence, string Reason)[] _decided =
    [
        ("NetVips.Native", "LGPL-3.0-or-later", "a shared library of its own, which anybody may replace"),
        ("Deque.AxeCore", "MPL-2.0", "tests only"),
        ("lightningcss", "MPL-2.0", "builds the studio, and is no part of it"),
        ("Microsoft.NETCore.Platforms", LicenceDocument.DotNetLibrary, "load tests only, and no code"),
        ("NETStandard.Library", LicenceDocument.DotNetLibrary, "load tests only, and no code"),
    ];

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<LicenceRow>> _rows = ReadOrWrite();

    [Theory]
    [InlineData(LicenceDocument.Programs, 80)]
    [InlineData(LicenceDocument.Studio, 6)]
    [InlineData(LicenceDocument.Tests, 50)]
    [InlineData(LicenceDocument.StudioBuild, 80)]
    public void Table_OfPackages_HasThoseOfTheLockFilesAndNoOther(string table, int least)
    {
        var needed = LicenceDocument.Needed()[table];

        Assert.True(needed.Count >= least, $"The lock files have {needed.Count} packages for '{table}'.");
        Assert.Equal(needed, _rows[table].Select(row => row.Package));
    }

    [Fact]
    public void Licence_OfAPackage_IsTheOneThatThePackageNames()
    {
        var found = LicenceDocument.Needed().Keys.SelectMany(table => _rows[table])
            .Select(row => (Row: row, Named: LicenceDocument.LicenceOf(row.Package)))
            .Where(one => one.Named is not null).ToList();

        // A package of NuGet that no project of this build needs may not be on this machine.
        Assert.True(found.Count > 150, $"{found.Count} licences could be compared.");
        Assert.All(found, one => Assert.Equal(one.Named, one.Row.Licence));
    }

    [Fact]
    public void Licence_OfAPackage_IsOneThatIsPermitted() => Assert.All(
        LicenceDocument.Needed().Keys.SelectMany(table => _rows[table]),
        row => Assert.True(
            IsPermitted(row),
            $"{row.Id} {row.Version} has the licence '{row.Licence}', which LicenceTests.cs does not permit."));

    [Theory]
    [InlineData("Some.Package", "GPL-3.0-only", false)]
    [InlineData("Some.Package", "LGPL-3.0-or-later", false)]
    [InlineData("Some.Package", "MIT AND GPL-3.0-only", false)]
    [InlineData("Some.Package", "MIT OR GPL-3.0-only", true)]
    [InlineData("NetVips.Native.linux-x64", "LGPL-3.0-or-later", true)]
    public void IsPermitted_Licence_NeedsEveryPartOfAnAndAndOnePartOfAnOr(string id, string licence, bool expected) =>
        Assert.Equal(expected, IsPermitted(new(new(id, "1.0.0"), licence)));

    private static bool IsPermitted(LicenceRow row) =>
        row.Licence.Split(" OR ").Any(one => one.Split(" AND ").All(_permitted.Contains))
        || _decided.Any(one => row.Id.StartsWith(one.Package, StringComparison.Ordinal) && row.Licence == one.Licence);

    private static IReadOnlyDictionary<string, IReadOnlyList<LicenceRow>> ReadOrWrite()
    {
        var text = File.ReadAllText(LicenceDocument.File);
        if (Environment.GetEnvironmentVariable("SEGMENTATION_LICENCES") == "write")
        {
            text = LicenceDocument.Write(text);
            File.WriteAllText(LicenceDocument.File, text);
        }

        return LicenceDocument.Read(text);
    }
}
