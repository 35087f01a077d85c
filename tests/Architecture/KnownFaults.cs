namespace Segmentation.Architecture.Tests;

/// <summary>Compares the faults that a rule finds with those that are known, which may only become fewer.</summary>
internal static class KnownFaults
{
    /// <summary>Fails with the faults that are new, and with those that are gone and must leave the list.</summary>
    public static void Check(IEnumerable<string> known, IEnumerable<string> found)
    {
        var (listed, real) = (known.ToHashSet(StringComparer.Ordinal), found.ToHashSet(StringComparer.Ordinal));
        string[] lines =
        [
            .. real.Except(listed).Order(StringComparer.Ordinal).Select(fault => $"new: {fault}"),
            .. listed.Except(real).Order(StringComparer.Ordinal).Select(fault => $"gone, take it from the list: {fault}"),
        ];

        Assert.True(lines.Length == 0, string.Join("\n", lines));
    }
}
