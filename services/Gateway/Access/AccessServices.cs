using Segmentation.Common.Configuration;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Gateway.Access;

/// <summary>Adds what finds out who calls.</summary>
internal static class AccessServices
{
    // Nothing but the stage of this server asks who calls: the framework would check the token of each request once
    // more.
    private const string NoDefaultScheme = "Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme";

    /// <summary>
    /// Adds the services of <see cref="AccessStage"/>; options are those of <c>Segmentation:Identity</c>.
    /// </summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(IdentityOptions.Section).Get<IdentityOptions>() ?? new IdentityOptions();
        if (options.KeysFile.Length > 0)
        {
            services.AddSingleton<IApiKeyStore>(provider => new KeysFileStore(
                options.KeysFile,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<KeysFileStore>>()));
        }

        if (options.Jwt.Authority.Length > 0)
        {
            services.AddTokens(options.Jwt);
        }

        services.AddHealthChecks().AddCheck<AccessHealth>("access");
        return services
            .AddSection<IdentityOptions, IdentityOptionsValidator>(IdentityOptions.Section)
            .AddSingleton<AuditLog>()
            .AddSingleton<RemoteAddress>()
            .AddSingleton<WrongCredentials>()
            .AddSingleton<AccessRefusals>()
            .AddSingleton<SessionCookie>()
            .AddSingleton<KeyUses>()
            .AddSingleton<Authenticator>()
            .AddSingleton<OpenCalls>()
            .AddSingleton<Reauthentication>()
            .AddHostedService<AccessNotice>();
    }

    private static void AddTokens(this IServiceCollection services, JwtOptions jwt)
    {
        AppContext.SetSwitch(NoDefaultScheme, true);
        services.AddAuthentication().AddJwtBearer(bearer =>
        {
            bearer.Authority = jwt.Authority;
            bearer.Audience = jwt.Audience;
            bearer.MapInboundClaims = false;
            bearer.RequireHttpsMetadata = jwt.Authority.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
            bearer.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(30);
        });
    }
}
