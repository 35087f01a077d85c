using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Identity;

namespace Segmentation.Gateway.Tests.Identity;

public sealed class RemoteAddressTests
{
    [Theory]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1")]
    [InlineData("10.0.0.1", "198.51.100.1, nonsense, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "2001:db8::7", "2001:db8::7")]
    public void Of_AConnection_BelievesOnlyWhatTrustedProxiesAdded(string connection, string forwarded, string expected)
    {
        var addresses = new RemoteAddress(Options.Create(new IdentityOptions { TrustedProxies = "10.0.0.0/8" }));
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(connection);
        context.Request.Headers["X-Forwarded-For"] = forwarded;

        Assert.Equal(IPAddress.Parse(expected), addresses.Of(context));
    }
}
