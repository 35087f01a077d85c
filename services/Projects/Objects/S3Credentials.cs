using Amazon.Runtime;

namespace Segmentation.Projects.Objects;

/// <summary>
/// An access key whose secret lies in a file, which is read at each request: a secret may change while the program
/// runs.
/// </summary>
/// <param name="accessKeyId">The access key.</param>
/// <param name="file">The file; a line break at its end does not count.</param>
internal sealed class S3Credentials(string accessKeyId, string file) : AWSCredentials
{
    private string _last = "";

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials()
    {
        try
        {
            var secret = File.ReadAllText(file).TrimEnd('\r', '\n');
            if (secret.Length > 0)
            {
                _last = secret;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && _last.Length > 0)
        {
            // A mounted Secret is being exchanged: the secret that was read before is tried.
        }

        return new ImmutableCredentials(accessKeyId, _last, null);
    }
}
