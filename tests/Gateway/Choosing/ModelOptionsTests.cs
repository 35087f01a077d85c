using Microsoft.Extensions.Options;

namespace Segmentation.Gateway.Tests.Choosing;

/// <summary>Options of models that do not fit together end the start.</summary>
public sealed class ModelOptionsTests
{
    [Theory]
    [InlineData("Default", "third", "first, second, pointwise")]
    [InlineData("TenantDefaults:acme", "third", "first, second, pointwise")]
    [InlineData("TenantDefaults:Acme Inc", "first", "1 to 63 of a-z 0-9 -")]
    [InlineData("Cost:third", "2", "first, second, pointwise")]
    [InlineData("Cost:second", "0", "0.001 to 1000")]
    [InlineData("RollOuts:photo:Stable", "third", "first, second, pointwise")]
    [InlineData("RollOuts:photo:Candidate", "third", "first, second, pointwise")]
    [InlineData("RollOuts:photo:Candidate", "first", "must differ from Stable")]
    [InlineData("RollOuts:photo:Share", "1.5", "0 to 1")]
    [InlineData("RollOuts:photo:Share", "0.5", "no meaning without Candidate")]
    [InlineData("RollOuts:photo:Tenants", "acme", "no meaning without Candidate")]
    [InlineData("RollOuts:second:Stable", "first", "must not be a model's id")]
    public async Task Start_WrongValue_NamesTheKeyAndWhatIsAllowed(string key, string value, string allowed)
    {
        (string, string)[] stable =
            key.StartsWith("RollOuts:photo:", StringComparison.Ordinal) ? [("RollOuts:photo:Stable", "first")] : [];

        // A key that is set again has its last value.
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ModelHost.StartAsync([.. stable, (key, value)]));

        var named = key.EndsWith("second:Stable", StringComparison.Ordinal) ? "RollOuts:second" : key;
        Assert.Contains(
            exception.Failures,
            failure => failure.StartsWith($"Segmentation:ModelChoice:{named} ", StringComparison.Ordinal)
                && failure.Contains(allowed, StringComparison.Ordinal));
    }
}
