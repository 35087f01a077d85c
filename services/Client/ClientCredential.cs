using Grpc.Core;

namespace Segmentation.Client;

/// <summary>Gives every call its credential, and the tenant where one is named.</summary>
internal sealed class ClientCredential
{
    private const string TenantHeader = "x-segmentation-tenant";

    private readonly Func<CancellationToken, ValueTask<string>>? _provider;
    private readonly Metadata? _headers;
    private readonly CallCredentials? _credentials;

    /// <exception cref="ArgumentException">There are an API key and a provider.</exception>
    public ClientCredential(SegmentationClientOptions options)
    {
        if (options is { ApiKey: not null, CredentialProvider: not null })
        {
            throw new ArgumentException(
                $"Set {nameof(options.ApiKey)} or {nameof(options.CredentialProvider)}, not both.", nameof(options));
        }

        CanRenew = options.CredentialProvider is not null;
        _headers = options.Tenant is { } tenant ? new Metadata { { TenantHeader, tenant } } : null;
        _provider = options.ApiKey is { } key ? _ => ValueTask.FromResult(key) : options.CredentialProvider;
        _credentials = _provider is null ? null : CallCredentials.FromInterceptor(async (context, metadata) =>
        {
            var credential = await _provider(context.CancellationToken).ConfigureAwait(false);
            metadata.Add("authorization", $"Bearer {credential}");
        });
    }

    /// <summary>True when another credential may be had after one has expired.</summary>
    public bool CanRenew { get; }

    /// <summary>The options of a call.</summary>
    public CallOptions Options(CancellationToken cancellationToken) =>
        new(_headers, cancellationToken: cancellationToken, credentials: _credentials);

    /// <summary>Adds the credential, and the tenant where one is named, to an HTTP request.</summary>
    public async ValueTask AddToAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var header in _headers ?? [])
        {
            request.Headers.Add(header.Key, header.Value);
        }

        if (_provider is not null)
        {
            var credential = await _provider(cancellationToken).ConfigureAwait(false);
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {credential}");
        }
    }

    /// <summary>
    /// Calls, and once more with another credential where the server refused the first one and another may be had.
    /// </summary>
    /// <param name="call">
    /// A call that may be sent twice: the server does nothing for callers whom it does not know.
    /// </param>
    public async Task<T> RenewingAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (RpcException refused) when (CanRenew && refused.StatusCode == StatusCode.Unauthenticated)
        {
            return await call().ConfigureAwait(false);
        }
    }

    /// <summary>A credential that is valid now. Only where <see cref="CanRenew"/> is true.</summary>
    public ValueTask<string> GetAsync(CancellationToken cancellationToken) => _provider!(cancellationToken);
}
