using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Common.Tests.Configuration;

public sealed class SectionOptionsTests
{
    [Fact]
    public async Task Start_WrongValues_AreAllNamedWithWhatIsAllowed()
    {
        using var host = Build(("Size", "0"), ("Lane", "7"), ("Floor", "-1"), ("Secret", "hush"));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            [
                "Test:Section:Size is '0'; it must be 1 to 9 bytes.",
                "Test:Section:Floor is '-1'; it must be at least 0.",
                "Test:Section:Lane is '7'; it must be Interactive or Batch.",
                "Test:Section:Secret must be a connection string.",
            ],
            error.Failures);
    }

    [Fact]
    public async Task Start_ValidValues_AreBound()
    {
        using var host = Build(("Size", "9"), ("Lane", "batch"));
        await host.StartAsync(TestContext.Current.CancellationToken);

        var options = host.Services.GetRequiredService<IOptions<TestOptions>>().Value;

        Assert.Equal((9, Lane.Batch), (options.Size, options.Lane));
    }

    private static IHost Build(params (string Key, string Value)[] values)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
            values.Select(value => KeyValuePair.Create<string, string?>($"Test:Section:{value.Key}", value.Value)));
        builder.Services.AddSection<TestOptions, TestOptionsValidator>("Test:Section");
        return builder.Build();
    }

    private sealed class TestOptions
    {
        public int Size { get; set; } = 1;

        public int Floor { get; set; }

        public Lane Lane { get; set; }

        public string Secret { get; set; } = "";
    }

    private sealed class TestOptionsValidator : IValidateOptions<TestOptions>
    {
        public ValidateOptionsResult Validate(string? name, TestOptions options) => new OptionChecks("Test:Section")
            .Range(nameof(options.Size), options.Size, 1, 9, "bytes")
            .AtLeast(nameof(options.Floor), options.Floor, 0)
            .Named(nameof(options.Lane), options.Lane)
            .Require(options.Secret.Length == 0, nameof(options.Secret), "must be a connection string")
            .Result;
    }
}
