using Google.Protobuf.WellKnownTypes;
using Segmentation.Gateway.Access;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>Answers Reauthenticate, and words the notice that a session's credential expires.</summary>
internal sealed class SessionCredential(Reauthentication reauthentication)
{
    /// <summary>Puts another credential in force, or says why not. The session goes on in any case.</summary>
    public async ValueTask<SegmentStreamResponse> ReplaceAsync(
        OpenCall call, Reauthenticate request, CancellationToken cancellationToken)
    {
        var problem = await reauthentication.TryAsync(call, request.Credential, cancellationToken);
        var answer = new Reauthenticated { Error = problem };
        if (reauthentication.RemainingOf(call) is { } left)
        {
            answer.Remaining = Duration.FromTimeSpan(left);
        }

        return new SegmentStreamResponse { Reauthenticated = answer };
    }

    /// <summary>The notice that the credential in force expires.</summary>
    /// <param name="left">Time until then.</param>
    public SegmentStreamResponse Expires(TimeSpan left) => new()
    {
        CredentialExpires = new CredentialExpires
        {
            Remaining = Duration.FromTimeSpan(left), Grace = Duration.FromTimeSpan(reauthentication.Grace),
        },
    };
}
