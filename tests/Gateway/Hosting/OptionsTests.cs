using Microsoft.Extensions.Options;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Streaming;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Tests.Hosting;

public sealed class OptionsTests
{
    [Fact]
    public void Defaults_AreValid()
    {
        Assert.True(new EndpointOptionsValidator().Validate(null, new EndpointOptions()).Succeeded);
        Assert.True(new UploadOptionsValidator().Validate(null, new UploadOptions()).Succeeded);
        Assert.True(new ConnectionOptionsValidator().Validate(null, new ConnectionOptions()).Succeeded);
        Assert.True(new AnswerOptionsValidator().Validate(null, new AnswerOptions()).Succeeded);
        Assert.True(new SessionOptionsValidator().Validate(null, new SessionOptions()).Succeeded);
    }

    [Theory]
    [InlineData("Segmentation:Endpoints:GrpcPort", "70000")]
    [InlineData("Segmentation:Endpoints:HttpPort", "-1")]
    [InlineData("Segmentation:Endpoints:Address", "localhost")]
    [InlineData("Segmentation:Uploads:MaxImageBytes", "0")]
    [InlineData("Segmentation:Uploads:MaxBytesInFlight", "1")]
    [InlineData("Segmentation:Uploads:IdleTimeout", "00:00:00")]
    [InlineData("Segmentation:Uploads:RetryAfter", "1.00:00:00")]
    [InlineData("Segmentation:Uploads:MinBytesPerSecond", "0")]
    [InlineData("Segmentation:Connections:MaxOpen", "0")]
    [InlineData("Segmentation:Connections:MaxOpenPerAddress", "0")]
    [InlineData("Segmentation:Connections:TrustedProxies", "proxy.example")]
    [InlineData("Segmentation:Answers:MaxBytes", "0")]
    [InlineData("Segmentation:Answers:MaxBytesInFlight", "1048576")]
    [InlineData("Segmentation:Answers:TakeTimeout", "00:00:00")]
    [InlineData("Segmentation:Answers:RetryAfter", "1.00:00:00")]
    [InlineData("Segmentation:Sessions:MaxOpen", "0")]
    [InlineData("Segmentation:Sessions:MaxQueued", "0")]
    [InlineData("Segmentation:Sessions:MaxInFlight", "65")]
    [InlineData("Segmentation:Sessions:MaxSuperseded", "0")]
    [InlineData("Segmentation:Sessions:MaxRemembered", "0")]
    [InlineData("Segmentation:Sessions:MaxRememberedBytes", "1")]
    [InlineData("Segmentation:Sessions:KeepAliveInterval", "00:00:00")]
    [InlineData("Segmentation:Sessions:KeepAliveTimeout", "1.00:00:00")]
    [InlineData("Segmentation:Quotas:UnitsPerSecond", "-1")]
    [InlineData("Segmentation:Quotas:Burst", "10")]
    [InlineData("Segmentation:Quotas:ImageUnits", "-1")]
    [InlineData("Segmentation:Quotas:PromptUnits", "NaN")]
    [InlineData("Segmentation:Quotas:PointUnits", "1e9")]
    [InlineData("Segmentation:Quotas:CropUnits", "-0.1")]
    [InlineData("Segmentation:Quotas:MaxSessions", "-1")]
    [InlineData("Segmentation:Quotas:MaxBytesInFlight", "1048576")]
    [InlineData("Segmentation:Quotas:Gateways", "-1")]
    [InlineData("Segmentation:Cors:Origins", "app.example")]
    [InlineData("Segmentation:Cors:Origins", "https://app.example/studio")]
    [InlineData("Segmentation:Cors:Origins", "*, https://app.example")]
    public async Task Start_WrongValue_NamesTheKey(string key, string value)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => GatewayHost.StartAsync(options: (key, value)));

        Assert.Contains(key, Assert.Single(exception.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SeveralWrongPorts_NamesAll()
    {
        var options = new EndpointOptions { Address = "", GrpcPort = -1, HttpPort = -1 };

        var failures = new EndpointOptionsValidator().Validate(null, options).Failures!;

        Assert.Equal(4, failures.Count());
        Assert.Contains("Segmentation:Endpoints:GrpcPort is '-1'; it must be 0 to 65535 (0 lets the system choose).", failures);
    }
}
