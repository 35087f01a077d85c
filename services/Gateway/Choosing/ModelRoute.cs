using System.Globalization;

namespace Segmentation.Gateway.Choosing;

/// <summary>The model, or the two models of a roll-out, that a name stands for. Immutable and safe to share.</summary>
internal sealed class ModelRoute
{
    private readonly GatewayModel _stable;
    private readonly GatewayModel? _candidate;
    private readonly double _share;

    /// <summary>Makes the route to one model.</summary>
    /// <param name="model">The model.</param>
    public ModelRoute(GatewayModel model) => _stable = model;

    /// <summary>Makes the route of a roll-out.</summary>
    /// <param name="stable">The model before.</param>
    /// <param name="candidate">The model that is tried.</param>
    /// <param name="share">Share of images that get the candidate, 0 to 1.</param>
    public ModelRoute(GatewayModel stable, GatewayModel candidate, double share) =>
        (_stable, _candidate, _share) = (stable, candidate, share);

    /// <summary>The one model, or the stable one of a roll-out.</summary>
    public GatewayModel Stable => _stable;

    /// <summary>
    /// The model that an image is encoded by. An image falls on the same side of the share at every gateway and after
    /// every restart, and stays with the candidate while the share grows.
    /// </summary>
    /// <param name="sha256">The image, 64 lower-case hexadecimal digits.</param>
    public GatewayModel For(string sha256) => IsCandidate(sha256) ? _candidate! : _stable;

    /// <summary>
    /// The models by whose embeddings a request for a stored image may be answered, best first: in a roll-out, images
    /// of one model are not lost when the share changes.
    /// </summary>
    /// <param name="sha256">The image, 64 lower-case hexadecimal digits.</param>
    public IReadOnlyList<GatewayModel> InOrder(string sha256) => _candidate is null
        ? [_stable]
        : IsCandidate(sha256) ? [_candidate, _stable] : [_stable, _candidate];

    private bool IsCandidate(string sha256)
    {
        if (_candidate is null)
        {
            return false;
        }

        var place = uint.Parse(sha256.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return place < _share * (1L << 32);
    }
}
