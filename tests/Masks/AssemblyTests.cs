namespace Segmentation.Masks.Tests;

/// <summary>The gateway has this assembly: it must start where there is no model and no native library.</summary>
public sealed class AssemblyTests
{
    [Fact]
    public void References_OfTheAssembly_AreTheRuntimesAlone()
    {
        var others = typeof(RunLengths).Assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal));

        Assert.Empty(others);
    }
}
