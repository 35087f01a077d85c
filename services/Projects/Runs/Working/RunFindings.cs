using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>Masks that a search found.</summary>
/// <param name="Masks">The masks, in the order of the search.</param>
/// <param name="Model">Id of the model.</param>
/// <param name="ModelDigest">Digest of the model.</param>
internal sealed record RunFindings(IReadOnlyList<FoundMask> Masks, string Model, string ModelDigest);
