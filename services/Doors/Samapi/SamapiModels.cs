using Segmentation.Doors.Contract;
using Segmentation.Doors.Reading;

namespace Segmentation.Doors.Samapi;

/// <summary>
/// Names of models. The client knows types of published weights, which mean nothing here, and addresses of weights, in
/// which this door puts the ids of its models.
/// </summary>
internal static class SamapiModels
{
    private const string Scheme = "segmentation:";

    /// <summary>Address that stands for a model.</summary>
    public static string UrlOf(string id) => Scheme + id;

    /// <summary>The model of a request.</summary>
    /// <param name="fields">The request, whose <c>type</c> is ignored.</param>
    /// <param name="configured">The default of the door; empty for the caller's.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: an address that is none of this door's.</exception>
    public static string Of(RequestFields fields, string configured)
    {
        var url = fields.Text("checkpoint_url");
        if (string.IsNullOrEmpty(url))
        {
            return configured;
        }

        return url.StartsWith(Scheme, StringComparison.Ordinal)
            ? url[Scheme.Length..]
            : throw DoorProblem.Invalid(
                "checkpoint_url",
                $"{DoorText.Quote(url)}: no weights are downloaded here. Choose one of those that /sam/weights/ lists, or none.");
    }
}
