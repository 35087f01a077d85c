using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Segmentation.Gateway.Identity;

namespace Segmentation.Gateway.SignIn;

/// <summary>Adds the sign-in of people with the studio.</summary>
internal static class SignInServices
{
    /// <summary>Hexadecimal digits of a random secret: 256 bits.</summary>
    private const int RandomDigits = 64;

    /// <summary>
    /// Adds the services of <see cref="SignInRoutes"/>; options are those of <c>Segmentation:Identity</c>.
    /// </summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(IdentityOptions.Section).Get<IdentityOptions>() ?? new IdentityOptions();
        services.AddKeyRing(options.Studio.KeyRingFile);
        if (options.Studio.Oidc.Authority.Length > 0)
        {
            services.AddProvider(options.Studio.Oidc);
        }

        return services.AddSingleton<SignInService>();
    }

    private static void AddKeyRing(this IServiceCollection services, string file)
    {
        services.AddDataProtection().SetApplicationName("segmentation");

        // Without a file the ring is of this process only: the library would write one to the home folder of whoever
        // starts the server. A file that cannot be read ends the start.
        var secret = (file.Length > 0 ? StudioOptionsRules.SecretOf(file) : null)
            ?? RandomNumberGenerator.GetHexString(RandomDigits);
        services.Configure<KeyManagementOptions>(keys =>
        {
            keys.XmlRepository = new SecretKeyRing(secret);
            keys.AutoGenerateKeys = false;
        });
    }

    private static void AddProvider(this IServiceCollection services, OidcOptions oidc)
    {
        // Its errors hold stack traces, which whoever makes up an answer of the provider could fill the log with.
        services.AddLogging(logging => logging.AddFilter(typeof(OpenIdConnectHandler).Namespace, LogLevel.None));
        services
            .AddSingleton<OidcSignIn>()
            .AddSingleton<IAuthenticationSchemeProvider, RoutedSchemes>()
            .AddAuthentication()
            .AddOpenIdConnect(OidcSignIn.Scheme, options =>
            {
                options.Authority = oidc.Authority;
                options.RequireHttpsMetadata =
                    oidc.Authority.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
                options.ClientId = oidc.ClientId;
                options.ClientSecret =
                    oidc.ClientSecretFile.Length > 0 ? StudioOptionsRules.SecretOf(oidc.ClientSecretFile) : null;
                options.CallbackPath = SignInRoutes.CallbackPath;
                options.ResponseType = OpenIdConnectResponseType.Code;
                options.ResponseMode = OpenIdConnectResponseMode.Query;
                options.UsePkce = true;
                options.MapInboundClaims = false;
                options.SaveTokens = false;
                options.DisableTelemetry = true;
                options.Scope.Clear();
                foreach (var scope in oidc.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    options.Scope.Add(scope);
                }

                // The provider's site sends the browser back with a plain navigation, which carries Lax cookies.
                foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
                {
                    cookie.SameSite = SameSiteMode.Lax;
                    cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                }

                options.Events.OnTicketReceived = OidcSignIn.Received;
            });
    }
}
