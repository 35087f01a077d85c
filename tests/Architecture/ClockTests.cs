using System.Text.RegularExpressions;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests;

/// <summary>Parameters, variables and fields that hold a TimeProvider have one name: clock.</summary>
public sealed partial class ClockTests
{
    [Fact]
    public void TimeProviders_InEveryFile_AreCalledClock()
    {
        string[] folders = ["services", "tests", "loadtests"];

        Assert.DoesNotContain(folders.SelectMany(OwnAssemblies.SourcesOf), HasOtherNames);
    }

    private static bool HasOtherNames(string file) =>
        Declared().Matches(File.ReadAllText(Path.Combine(Repository.Root, file)))
            .Any(match => match.Groups["name"].Value is not ("clock" or "_clock"));

    [GeneratedRegex(@"\b(Fake)?TimeProvider\?? (?<name>[a-z_]\w*)(?= *[,;)=])")]
    private static partial Regex Declared();
}
