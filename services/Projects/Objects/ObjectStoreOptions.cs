namespace Segmentation.Projects.Objects;

/// <summary>
/// Place of pictures, thumbnails and results; configuration section <see cref="Section"/>. Without a bucket they lie in
/// the folder <c>objects</c> of the data folder.
/// </summary>
internal sealed class ObjectStoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Projects:Store";

    /// <summary>Bucket of an S3 server. Empty (the default): a folder.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>Beginning of all keys in the bucket, for example <c>segmentation/</c>. Default: none.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Address of an S3 server. Empty (the default): Amazon's, by <see cref="Region"/>.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Region that requests are signed for. Default <c>us-east-1</c>, which most other servers take.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>
    /// Access key. Empty (the default): the environment's credentials, in the order in which Amazon's tools look for
    /// them (variables, profile, web identity, instance).
    /// </summary>
    public string AccessKeyId { get; set; } = "";

    /// <summary>Secret of <see cref="AccessKeyId"/>; excludes <see cref="SecretAccessKeyFile"/>.</summary>
    public string SecretAccessKey { get; set; } = "";

    /// <summary>File with the secret, read again when it changes; a line break at its end does not count.</summary>
    public string SecretAccessKeyFile { get; set; } = "";

    /// <summary>
    /// True to name the bucket in the path and not in the host's name, as MinIO and Ceph want. Default: true where
    /// <see cref="Endpoint"/> is set.
    /// </summary>
    public bool? PathStyle { get; set; }

    /// <summary>
    /// PEM file with the roots that sign the server's certificate, instead of those of the system. Read again within
    /// seconds when it changes.
    /// </summary>
    public string AuthoritiesFile { get; set; } = "";

    /// <summary>
    /// True to send clients to the S3 server for results of exports, by addresses that end after a time. Default false:
    /// the bytes go through this service, for servers that clients do not reach.
    /// </summary>
    public bool Presign { get; set; }

    /// <summary>Address of the S3 server as clients reach it. Empty (the default): <see cref="Endpoint"/>.</summary>
    public string PresignEndpoint { get; set; } = "";

    /// <summary>Longest time that the S3 server may take to answer one request. Default 60 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Times that a failed request is repeated. Default 4.</summary>
    public int Retries { get; set; } = 4;
}
