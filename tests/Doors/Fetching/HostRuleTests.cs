using Segmentation.Doors.Fetching;

namespace Segmentation.Doors.Tests.Fetching;

public sealed class HostRuleTests
{
    [Theory]
    [InlineData("a.example.org", "a.example.org", 443, true)]
    [InlineData("A.Example.org", "a.example.org", 80, true)]
    [InlineData("a.example.org", "a.example.org", 8080, false)]
    [InlineData("a.example.org:8080", "a.example.org", 8080, true)]
    [InlineData("a.example.org:8080", "a.example.org", 80, false)]
    [InlineData("a.example.org", "b.a.example.org", 80, false)]
    [InlineData("*.example.org", "a.example.org", 80, true)]
    [InlineData("*.example.org", "b.a.example.org", 80, true)]
    [InlineData("*.example.org", "example.org", 80, false)]
    [InlineData("*.example.org", "evilexample.org", 80, false)]
    [InlineData("127.0.0.1:81", "127.0.0.1", 81, true)]
    [InlineData("[::1]:81", "::1", 81, true)]
    public void Matches_HostAndPort_AsListed(string list, string host, int port, bool expected) =>
        Assert.Equal(expected, Assert.Single(HostRule.ParseAll(list)!).Matches(host, port));

    [Theory]
    [InlineData("http://a.example.org")]
    [InlineData("a.example.org/b")]
    [InlineData("a.example.org:0")]
    [InlineData("a.example.org:x")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("*.10.0.0.1")]
    [InlineData("a.*.org")]
    [InlineData("user@a.example.org")]
    public void ParseAll_NoHost_IsNull(string list) => Assert.Null(HostRule.ParseAll(list));

    [Theory]
    [InlineData("*.example.org", "a.example.org", true)]
    [InlineData("*.example.org", "a.example.org:80", true)]
    [InlineData("a.example.org:81", "a.example.org", false)]
    [InlineData("a.example.org", "a.example.org:81", false)]
    [InlineData("a.example.org:81", "a.example.org:81", true)]
    public void Covers_Rule_AllowsAllOfIt(string one, string other, bool expected) =>
        Assert.Equal(expected, HostRule.ParseAll(one)![0].Covers(HostRule.ParseAll(other)![0]));

    [Fact]
    public void Validate_WrongOptions_NamesEach()
    {
        var validator = new FetchingOptionsValidator();

        Assert.True(validator.Validate(null, new FetchingOptions()).Succeeded);
        Assert.True(validator.Validate(null, new FetchingOptions
        {
            Enabled = true, AllowedHosts = "a, b:81", AllowPrivateAddresses = "b:81",
        }).Succeeded);
        Assert.Contains("AllowedHosts", Failure(new FetchingOptions { Enabled = true }), StringComparison.Ordinal);
        Assert.Contains("AllowedHosts", Failure(new FetchingOptions { AllowedHosts = "http://a" }), StringComparison.Ordinal);
        Assert.Contains(
            "AllowPrivateAddresses",
            Failure(new FetchingOptions { AllowedHosts = "a", AllowPrivateAddresses = "b" }),
            StringComparison.Ordinal);
        Assert.Contains(
            "AllowPrivateAddresses",
            Failure(new FetchingOptions { AllowedHosts = "*.a", AllowPrivateAddresses = "*.a" }),
            StringComparison.Ordinal);
        Assert.Contains("MaxBytesInFlight", Failure(new FetchingOptions { MaxBytesInFlight = 1 }), StringComparison.Ordinal);

        string Failure(FetchingOptions options) => validator.Validate(null, options).FailureMessage!;
    }
}
