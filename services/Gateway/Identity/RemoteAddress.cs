using System.Net;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Identity;

/// <summary>Tells where a request comes from, and whether that is a trusted proxy.</summary>
internal sealed class RemoteAddress(IOptions<IdentityOptions> options)
{
    private const string Forwarded = "X-Forwarded-For";

    private readonly IReadOnlyList<IPNetwork> _proxies = AddressList.Parse(options.Value.TrustedProxies) ?? [];

    /// <summary>Tells whether the connection comes from one of <see cref="IdentityOptions.TrustedProxies"/>.</summary>
    public bool IsTrustedProxy(HttpContext context) => _proxies.Contains(context.Connection.RemoteIpAddress);

    /// <summary>
    /// Address of the caller: the connection's, or, when that is a trusted proxy's, the last one in
    /// <c>X-Forwarded-For</c> that is not itself a trusted proxy's.
    /// </summary>
    public IPAddress Of(HttpContext context)
    {
        var address = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
        if (!_proxies.Contains(address))
        {
            return address;
        }

        // Each proxy adds the address that it was called from at the end: only what trusted ones added is true.
        foreach (var text in NameList.Of(context.Request.Headers[Forwarded].ToString()).Reverse())
        {
            if (!IPAddress.TryParse(text, out var before))
            {
                break;
            }

            address = Plain(before);
            if (!_proxies.Contains(address))
            {
                break;
            }
        }

        return address;
    }

    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
