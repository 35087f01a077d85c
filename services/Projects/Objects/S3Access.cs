using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Options;
using Segmentation.Common.Tls;

namespace Segmentation.Projects.Objects;

/// <summary>Connections to the S3 server of the options, for the object store and for sources in buckets.</summary>
internal sealed class S3Access : IDisposable
{
    private readonly ObjectStoreOptions _options;
    private readonly AuthoritiesFile? _authorities;
    private readonly Lazy<AmazonS3Client> _client;
    private readonly Lazy<AmazonS3Client> _public;

    /// <exception cref="CertificateFilesException">The file with the authorities cannot be used.</exception>
    public S3Access(IOptions<ObjectStoreOptions> options, TimeProvider clock, ILogger<S3Access> logger)
    {
        _options = options.Value;
        _authorities = _options.AuthoritiesFile.Length > 0
            ? new AuthoritiesFile(_options.AuthoritiesFile, clock, logger)
            : null;
        _client = new Lazy<AmazonS3Client>(() => Connect(_options.Endpoint));
        _public = new Lazy<AmazonS3Client>(
            () => Connect(_options.PresignEndpoint.Length > 0 ? _options.PresignEndpoint : _options.Endpoint));
    }

    /// <summary>The server.</summary>
    public IAmazonS3 Client => _client.Value;

    /// <summary>The server as clients reach it.</summary>
    public IAmazonS3 Public => _public.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in new[] { _client, _public }.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }

        _authorities?.Dispose();
    }

    private AmazonS3Client Connect(string endpoint)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = _options.Region,
            ForcePathStyle = _options.PathStyle ?? endpoint.Length > 0,
            Timeout = _options.Timeout,
            MaxErrorRetry = _options.Retries,
            RetryMode = RequestRetryMode.Standard,
            // Checksums beyond the signature are Amazon's own: other servers refuse them.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (endpoint.Length > 0)
        {
            config.ServiceURL = endpoint;
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(_options.Region);
        }

        if (_authorities is not null)
        {
            config.HttpClientFactory = new S3HttpClients(_authorities);
        }

        return _options.AccessKeyId.Length == 0 ? new AmazonS3Client(config)
            : _options.SecretAccessKeyFile.Length > 0
                ? new AmazonS3Client(new S3Credentials(_options.AccessKeyId, _options.SecretAccessKeyFile), config)
            : new AmazonS3Client(new BasicAWSCredentials(_options.AccessKeyId, _options.SecretAccessKey), config);
    }
}
