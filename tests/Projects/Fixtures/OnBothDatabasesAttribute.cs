using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Segmentation.Projects.Tests.Fixtures;

/// <summary>Runs a theory once on every kind of database, which it takes as its one parameter.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnBothDatabasesAttribute : DataAttribute
{
    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new(Enum.GetValues<DatabaseKind>()
            .Select(kind => (ITheoryDataRow)new TheoryDataRow<DatabaseKind>(kind)).ToList());

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;
}
