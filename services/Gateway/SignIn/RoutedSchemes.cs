using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Segmentation.Gateway.SignIn;

/// <summary>
/// The schemes of authentication, of which none takes requests by itself: the framework would otherwise make a handler
/// for each request, to compare its path. The provider's answers come by a route, after the checks of host and origin.
/// </summary>
internal sealed class RoutedSchemes(IOptions<AuthenticationOptions> options) : AuthenticationSchemeProvider(options)
{
    public override Task<IEnumerable<AuthenticationScheme>> GetRequestHandlerSchemesAsync() =>
        Task.FromResult<IEnumerable<AuthenticationScheme>>([]);

    public override Task<AuthenticationScheme?> GetDefaultAuthenticateSchemeAsync() =>
        Task.FromResult<AuthenticationScheme?>(null);
}
