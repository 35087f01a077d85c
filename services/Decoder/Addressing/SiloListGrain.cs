using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Segmentation.Grains;

namespace Segmentation.Decoder.Addressing;

/// <summary>The members as this silo sees them; answered by whichever silo a call enters the cluster through.</summary>
[StatelessWorker]
[GrainDirectory(NamedSilos.Name)]
internal sealed class SiloListGrain : Grain, ISiloListGrain
{
    private readonly ISiloStatusOracle _members;

    public SiloListGrain(ISiloStatusOracle members) => _members = members;

    public Task<SiloAddress[]> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<SiloAddress[]>([.. _members.GetApproximateSiloStatuses(onlyActive: true).Keys]);
}
